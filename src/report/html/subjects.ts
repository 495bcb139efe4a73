import type { Report, Subject } from '../../result/report.ts'
import { verdictOf } from '../../result/verdict.ts'
import type { NodeSpec } from '../../spec/node-spec.ts'
import { html, type Markup } from './markup.ts'
import { brief, type Page, plural } from './page.ts'

/** What was examined: every node with what identifies it. */
export const subjects = ({ report }: Page): Markup =>
  html`<section aria-labelledby="subjects"><h2 id="subjects">${report.subjects.length === 1 ? 'Subject' : 'Subjects'}</h2>
${report.subjects.length === 0 ? html`<p>No node was examined.</p>` : html`<div class="cards">${report.subjects.map((one) => card(one, report))}</div>`}</section>`

const card = (subject: Subject, report: Report): Markup => {
  const { status } = verdictOf({ subjects: [subject], run: report.run })
  const versions = Object.entries(subject.versions)
  return html`<article class="card"><h3>${brief(subject.address)}</h3>
${subject.specOrigin === 'node' && html`<p class="warning">What this node was meant to be was inferred from the node itself.</p>`}
<dl class="facts">
${report.subjects.length > 1 && html`<div><dt>Verdict</dt><dd class="v-${status}">${status}</dd></div>`}
${known(subject).map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}
</dl>
${
  versions.length > 0 &&
  html`<details><summary>Installed: ${plural(versions.length, 'item')} with versions and hashes</summary>
<div class="scroll" role="group" aria-label="Installed on ${brief(subject.id)}" tabindex="0"><table><thead><tr><th scope="col">What</th><th scope="col">Version</th><th scope="col">SHA-256</th></tr></thead>
<tbody>${versions.map(([name, { version, sha256 }]) => html`<tr><th scope="row">${brief(name)}</th><td>${brief(version)}</td><td class="hash">${sha256 ?? ''}</td></tr>`)}</tbody></table></div></details>`
}
</article>`
}

const known = (subject: Subject): readonly (readonly [string, string])[] => {
  const { spec, host, capabilities } = subject
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Identifier', subject.id],
    ['Host', host],
    ['Meant to be', spec ? meant(spec) : 'not known: the run ended before its spec was'],
    [
      'Instance',
      spec?.instance &&
        [spec.instance.type, spec.instance.id, spec.instance.region].filter(Boolean).join(' '),
    ],
    ['Cluster', spec?.join?.spec.cluster.name ?? (spec ? 'none: judged before it joins' : undefined)],
    [
      'Spec',
      subject.specOrigin === 'node'
        ? 'inferred from the node'
        : subject.specOrigin === 'file'
          ? 'given'
          : undefined,
    ],
    ['Proof', subject.requireProof ? 'required' : 'not required'],
    ['Shown here', capabilities.measured.join(', ') || 'nothing that needs a capability'],
    ['Evidence', subject.evidenceSha256 === null ? 'none' : `sha256 ${subject.evidenceSha256}`],
  ]
  return rows.flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [[name, brief(text)] as const],
  )
}

const meant = ({ image }: NodeSpec): string =>
  `${image.os} ${image.arch} ${image.variant}, Kubernetes ${image.kubernetes}, containerd ${image.containerd}`
