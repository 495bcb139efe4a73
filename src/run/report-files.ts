import { type Evidence, evidenceBytes } from '../facts/evidence.ts'
import { htmlPage } from '../report/html.ts'
import { json } from '../report/json.ts'
import { junitDocument } from '../report/junit.ts'
import { shards } from '../report/junit-shards.ts'
import { junitSummary } from '../report/junit-summary.ts'
import { junitXml } from '../report/junit-xml.ts'
import { markdown } from '../report/markdown.ts'
import type { Report } from '../result/report.ts'
import type { ReportFile } from './write-reports.ts'

/**
 * Every file of a run: `report.html`, `junit.xml`, its summary for CodeBuild, `report.json`, `summary.md`, the evidence of each node that gave
 * any, and the spec that it was judged by: with both, `gate evidence:… --spec …` judges it again.
 */
export const reportFiles = async (
  report: Report,
  evidence: ReadonlyMap<string, Evidence>,
  dialect: 'strict' | 'rich',
): Promise<readonly ReportFile[]> => {
  const write = dialect === 'rich' ? (await import('../report/junit-rich.ts')).junitRich : junitXml
  const junit = junitDocument(report)
  return [
    ...shards(junit, write).map((content, at) => ({
      name: at === 0 ? 'junit.xml' : `junit-${at + 1}.xml`,
      content,
    })),
    { name: 'junit-summary.xml', content: junitXml(junitSummary(junit)) },
    { name: 'report.html', content: htmlPage(report) },
    { name: 'report.json', content: json(report) },
    { name: 'summary.md', content: markdown(report) },
    ...[...evidence].map(([subject, collected]) => ({
      name: named('evidence', subject, report, 'json.gz'),
      content: evidenceBytes(collected),
    })),
    ...report.subjects.flatMap(({ id, spec }) =>
      spec
        ? [{ name: named('spec', id, report, 'json'), content: `${JSON.stringify(spec, null, 2)}\n` }]
        : [],
    ),
  ]
}

/** The name of what there is once for each node: the node's id stands in it where there is more than one. */
const named = (what: string, subject: string, { subjects }: Report, ending: string): string =>
  subjects.length === 1 ? `${what}.${ending}` : `${what}-${subject}.${ending}`
