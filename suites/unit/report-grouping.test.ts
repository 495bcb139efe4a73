import { expect, test } from 'vitest'
import { consoleTable } from '../../src/report/console.ts'
import { markdown } from '../../src/report/markdown.ts'
import { report, result, subject } from './report-samples.ts'

const broken = (id: `${string}/${string}`) => result(id, { status: 'error', message: 'the dump is broken' })
const texts = { terminal: consoleTable({ color: false }), summary: markdown }

test.for(Object.entries(texts))(
  'in the %s an error that many rules share is said once, with all ids',
  ([, write]) => {
    const text = write(report([subject([broken('a/one'), broken('a/two'), broken('b/three')])]))
    expect(text.match(/reason:? +the dump is broken/g)).toHaveLength(1)
    for (const id of ['a/one', 'a/two', 'b/three']) expect(text).toContain(id)
  },
)

test.for(Object.entries(texts))(
  'in the %s a waiver of nothing that exists is a warning with the nearest name',
  ([, write]) => {
    const sample = report([
      subject([
        result('network/ip-forward', { status: 'pass' }, { controls: [{ framework: 'cis', id: '1.2.3' }] }),
      ]),
    ])
    const common = { reason: 'known', owner: 'us', until: '2999-01-01' }
    const unknown = [
      { ...common, check: 'network/ip-forwad' },
      { ...common, control: { framework: 'cis', id: '1.2.4' } },
      { ...common, check: 'xyzzy' },
    ]
    const text = write({ ...sample, waivers: { ...sample.waivers, unknown } })
    expect(text).toMatch(/warning.*network\/ip-forwad.*did you mean network\/ip-forward\?/i)
    expect(text).toMatch(/warning.*cis 1\.2\.4.*did you mean cis 1\.2\.3\?/i)
    expect(text).toMatch(/warning.*xyzzy/i)
  },
)
