import { components } from './style-components.ts'

/** Colours have a contrast of at least 4.5 to 1 with what they stand on, light and dark (WCAG 2.2, 1.4.3). */
const colours = `
:root{color-scheme:light dark;
--page:#fff;--raised:#f7f8fa;--line:#e1e4e9;--firm:#c4c9d2;--ink:#15181e;--soft:#565d69;--link:#0a58b8;--focus:#0a58b8;
--fail:#b42318;--error:#935100;--waived:#5d4aa6;--unproven:#8a6400;--manual:#0c6288;--notApplicable:#616875;--pass:#1a7040;
--fail-wash:#fdf1f0;--pass-wash:#eff8f2;--doubt-wash:#fdf6e7;--mark-bad:#f8cfca;--mark-good:#c4e7d0}
@media screen and (prefers-color-scheme:dark){:root{
--page:#111419;--raised:#191d24;--line:#2b313b;--firm:#454d5a;--ink:#e8eaee;--soft:#a6aebb;--link:#8fbcff;--focus:#8fbcff;
--fail:#ff8f85;--error:#ffb765;--waived:#c5b6ff;--unproven:#dbca72;--manual:#84d1f1;--notApplicable:#a2aab7;--pass:#7fd6a0;
--fail-wash:#2a1717;--pass-wash:#13241a;--doubt-wash:#282110;--mark-bad:#5f2723;--mark-good:#1f5133}}
`

const ground = `
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,nav,main,footer{max-width:78rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
h1,h2,h3,p,ul,dl,dd,pre,table,fieldset{margin:0;padding:0}
h2{font-size:1.2rem;font-weight:650;letter-spacing:-.01em;line-height:1.3;margin-bottom:.9rem}
h3{font-size:1rem;font-weight:650;line-height:1.4}
h2:focus{outline:none}
main>section{margin-top:3.25rem}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
pre,code,.hash,.id{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
pre{white-space:pre-wrap;tab-size:4;line-height:1.5}
code{background:var(--raised);border-radius:3px;padding:.05em .3em}
.hash,.note,.sub,.tally{color:var(--soft)}
.sub{display:block;font-size:.86em}
.note{max-width:48rem;margin-bottom:1rem}
.warning{color:var(--error)}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;z-index:2}
summary{cursor:pointer}
[hidden]{display:none!important}
footer{margin-top:4rem;padding-top:1.5rem;padding-bottom:3rem;color:var(--soft);font-size:.9em}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.4rem;list-style:none;padding:.8rem 0;border-bottom:1px solid var(--line);font-size:.93em}
nav a{color:var(--soft);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline}
.overview{display:grid;gap:2.5rem clamp(2rem,5vw,4rem);grid-template-columns:minmax(0,1fr);margin-top:2.5rem}
.overview:not(.one) .counts{max-width:44rem}
@media (min-width:60rem){.overview.one{grid-template-columns:minmax(0,11fr) minmax(0,10fr)}}
`

const paper = `
@media print{
:root{color-scheme:light}
body{font-size:10pt}
header,nav,main,footer{max-width:none;padding:0}
nav,form,.skip{display:none!important}
main>section{margin-top:1.5rem}
summary,tr,.pair,.facts>div,.diff pre>*{break-inside:avoid}
h2,h3,.r>summary,.group>summary,.diff>p{break-after:avoid}
.group>summary::after{content:none!important}
pre.long{max-height:none!important;overflow:visible!important}
.r,.output{content-visibility:visible!important}
.scroll{overflow:visible!important}
a{color:inherit;text-decoration:none}
}
`

/** The whole style of the page. */
export const style = `${colours}${ground}${components}${paper}`.replace(/\n+/g, '\n').trim()
