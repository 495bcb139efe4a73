const head = `
.verdict{padding:2.75rem 0 1.6rem;display:grid;grid-template-columns:minmax(0,1fr);gap:.35rem 2rem;border-bottom:3px solid var(--tone)}
.verdict.pass{--tone:var(--pass)}.verdict.fail{--tone:var(--fail)}
.verdict.undecided,.verdict.impossible,.verdict.interrupted{--tone:var(--error)}
.verdict h1{font-size:clamp(2.5rem,7vw,3.9rem);font-weight:720;letter-spacing:-.035em;line-height:1.05;color:var(--tone)}
.eyebrow{display:block;font-size:.95rem;font-weight:450;letter-spacing:0;line-height:1.5;color:var(--soft);margin-bottom:.55rem}
.lead{font-size:1.2rem}
.ratio{font-size:1.2rem;color:var(--soft)}
.ratio b{color:var(--ink);font-weight:650}
.ratio .sub{font-size:.9rem}
.worst{list-style:none;margin:.5rem 0 .2rem}
.worst li{display:grid;grid-template-columns:4.2rem minmax(0,1fr);gap:.1rem .6rem;padding:.16rem 0;align-items:baseline}
.worst .where{color:var(--soft);margin-left:.4rem;font-size:.9em}
.worst a{color:inherit;text-decoration-color:var(--firm)}
.why{padding-left:1.1rem;max-width:54rem}
.run{color:var(--soft);font-size:.9em;margin-top:.5rem}
@media (min-width:46rem){.verdict{grid-template-columns:minmax(0,1fr) auto}.lead,.worst,.why,.run{grid-column:1/-1}.ratio b{font-size:1.9rem;letter-spacing:-.02em}.ratio,.lead{align-self:start}.ratio{text-align:right;margin-top:-2.6rem;grid-row:1;grid-column:2;align-self:end}.verdict h1{grid-column:1}}
.bar{display:block;width:100%;height:10px;margin-bottom:1rem;border-radius:5px}
rect.fail{fill:var(--fail)}rect.error{fill:var(--error)}rect.waived{fill:var(--waived)}rect.unproven{fill:var(--unproven)}
rect.manual{fill:var(--manual)}rect.notApplicable{fill:var(--firm)}rect.pass{fill:var(--pass)}
`

const tables = `
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.42rem .9rem .42rem 0;text-align:left;vertical-align:top;font-weight:400;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:.86em;white-space:nowrap}
tbody th{font-weight:500}
td{overflow-wrap:anywhere}
.counts th,.counts td{white-space:nowrap}
.counts td,.counts th+th{text-align:right}
.counts th:last-child,.counts td:last-child{padding-right:0;font-weight:600}
.counts tfoot th,.counts tfoot td{border-bottom:0;border-top:1px solid var(--firm);font-weight:600}
.counts .none{color:var(--soft);font-weight:400!important}
.counts tbody tr:last-child>*{border-bottom:0}
td.status{white-space:nowrap}
.matrix th[scope=col]:not(:first-child){max-width:14rem;white-space:normal}
.matrix a{color:inherit;text-decoration:none;white-space:nowrap}
.matrix a:hover{text-decoration:underline}
.scroll+.note{margin-top:.7rem}
.matrix tbody th{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.86em}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
.timings th,.timings td{white-space:nowrap}
.timings .chart{width:60%;min-width:9rem;padding-right:0;white-space:normal}
.timings svg{display:block;width:100%;height:12px;margin-top:.35em;border-radius:3px}
.timings .track{fill:var(--raised)}.timings .ok{fill:var(--manual)}.timings .failed{fill:var(--fail)}.timings .skipped{fill:var(--firm)}
.p-failed{color:var(--fail)}
.filter{font-weight:inherit}
@media (scripting:none){.filter{color:inherit;text-decoration:none;pointer-events:none}}
.mark{display:inline-block;width:1.25em;font-weight:700;text-align:center}
.mark.fail{color:var(--fail)}.mark.error{color:var(--error)}.mark.waived{color:var(--waived)}.mark.unproven{color:var(--unproven)}
.mark.manual{color:var(--manual)}.mark.notApplicable{color:var(--notApplicable)}.mark.pass{color:var(--pass)}
`

const cards = `
.cards{display:grid;gap:1.75rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr))}
.card h3{margin-bottom:.5rem}
.card details{margin-top:.7rem}
.card details summary,.framework>summary{padding:.25rem 0}
.facts{display:grid;gap:.35rem;font-size:.95em}
.facts>div{display:grid;grid-template-columns:minmax(0,7rem) minmax(0,1fr);gap:.75rem}
.facts dt{color:var(--soft)}
.legend>div{grid-template-columns:minmax(0,10rem) minmax(0,1fr)}
.legend dt{color:var(--ink)}
.v-fail{color:var(--fail)}.v-pass{color:var(--pass)}.v-undecided,.v-impossible,.v-interrupted{color:var(--error)}
.v-fail,.v-pass,.v-undecided{font-weight:600}
.framework{border-top:1px solid var(--line);padding:.5rem 0}
.framework h3{display:inline}
.output{margin-bottom:1.6rem;content-visibility:auto;contain-intrinsic-size:auto 12rem}
.output:target h3{color:var(--link)}
.excerpt{background:var(--raised);border-radius:6px;padding:.7rem .9rem;margin:.4rem 0}
.cite>summary{padding:0}
`

const list = `
form{display:flex;flex-wrap:wrap;gap:.8rem 1.4rem;align-items:center;background:var(--raised);border:1px solid var(--line);border-radius:10px;padding:1rem 1.1rem;margin-bottom:1.5rem;font-size:.93em}
fieldset{border:0;display:flex;flex-wrap:wrap;gap:.35rem;min-width:0}
legend{float:left;color:var(--soft);padding:.2rem .5rem .2rem 0}
.text{flex:1 1 100%;display:flex;gap:.6rem;align-items:center;color:var(--soft)}
input[type=search],select,button{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--firm);border-radius:6px;padding:.35rem .65rem;min-height:2.15rem;max-width:100%}
input[type=search]{flex:1;min-width:0}
input::placeholder{color:var(--soft);opacity:1}
select{max-width:14rem}
button{cursor:pointer}
button:hover{border-color:var(--ink)}
.choice{color:var(--soft)}
fieldset label{position:relative;cursor:pointer}
fieldset input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0;cursor:pointer}
fieldset span{display:block;border:1px solid var(--firm);border-radius:99px;padding:.12rem .75rem;background:var(--page)}
fieldset label:hover span{border-color:var(--ink)}
fieldset input:checked+span{background:var(--ink);border-color:var(--ink);color:var(--page)}
fieldset input:focus-visible+span{outline:2px solid var(--focus);outline-offset:2px}
.actions{margin-left:auto;display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}
output{font-variant-numeric:tabular-nums;margin-right:.4rem}
.group{margin-bottom:1.1rem}
.group>summary{padding:.5rem 0;list-style:none;border-bottom:1px solid var(--firm)}
.group>summary::-webkit-details-marker{display:none}
.group>summary h3{display:inline}
.group>summary h3::first-letter{text-transform:uppercase}
.group>summary::after{content:"show";color:var(--soft);font-size:.86em;float:right;line-height:1.9}
.group[open]>summary::after{content:"hide"}
.count{color:var(--soft);font-weight:450;margin-left:.3em}
.r{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.9rem}
.r>summary{display:grid;grid-template-columns:1.4rem 4.6rem minmax(0,1fr) minmax(0,auto);gap:0 .7rem;align-items:baseline;padding:.6rem 0;list-style:none}
.r>summary::-webkit-details-marker{display:none}
.r>summary:hover .title{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
.r>summary .id{color:var(--soft);text-align:right}
.r[open]>summary .title{font-weight:600}
.severity{font-size:.86em;color:var(--soft)}
.severity.critical{color:var(--ink);font-weight:700}.severity.high{color:var(--ink)}
.body{padding:.15rem 0 1.4rem 7.4rem;display:grid;gap:.9rem;grid-template-columns:minmax(0,1fr)}
.reason{max-width:54rem}
.pair{display:grid;gap:.7rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr))}
.value,.diff{border-radius:6px;background:var(--raised);border-left:3px solid var(--firm);padding:.55rem .9rem .65rem;min-width:0}
.value p,.diff p{font-size:.82em;color:var(--soft);margin-bottom:.15rem}
pre.long{max-height:30rem;overflow:auto}
[data-status=fail] .want,[data-status=waived] .want{background:var(--pass-wash);border-color:var(--pass)}
[data-status=fail] .got,[data-status=waived] .got{background:var(--fail-wash);border-color:var(--fail)}
.diff p{display:flex;gap:1rem}
.diff del,.diff ins{text-decoration:none}
.diff pre>*{display:block;padding-left:2ch;text-indent:-2ch}
del{color:var(--pass)}ins{color:var(--fail)}
pre del{background:var(--pass-wash)}pre ins{background:var(--fail-wash)}
mark{color:inherit;border-radius:2px}
del mark{background:var(--mark-good)}ins mark{background:var(--mark-bad)}
.fold{color:var(--soft)}
@media (max-width:46rem){
.r>summary{grid-template-columns:1.4rem minmax(0,1fr)}
.r>summary .mark{grid-row:1}
.r>summary .severity{grid-column:2;grid-row:1}
.r>summary .title,.r>summary .id{grid-column:2;text-align:left}
.body{padding-left:2.1rem}
.facts>div{grid-template-columns:minmax(0,5.2rem) minmax(0,1fr)}
.counts{font-size:.93em}
.counts th,.counts td{padding-right:.5rem}
.actions{margin-left:0}
}
`

/** How the parts of the page look. */
export const components = `${head}${tables}${cards}${list}`
