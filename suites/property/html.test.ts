import fc from 'fast-check'
import { expect, test } from 'vitest'
import { htmlPage } from '../../src/report/html.ts'
import type { Result } from '../../src/result/result.ts'
import { report, result, subject } from '../unit/report-samples.ts'
import { runs } from './runs.ts'

const spice = [
  '<script>alert(1)</script>',
  '</script><script>',
  '</style>',
  '</details></main>',
  '<img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  '-->',
  ']]>',
  '&lt;script&gt;',
  '\x1b[31mred\x1b[0m',
  '\x1b]8;;http://x\x07',
  '\u2028',
  '\ud800',
  '\0',
  '\n',
  'x'.repeat(1_000_000),
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...spice), fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 5 })
  .map((parts) => parts.join(''))

const someResult = fc
  .record({
    text: hostile,
    other: hostile,
    status: fc.constantFrom('fail', 'error', 'unproven', 'manual', 'pass'),
  })
  .map(({ text, other, status }): Result => {
    const base = result(`a/${other}`, { status: 'pass', actual: { [text]: [other] } })
    const { rule } = base
    const common = {
      rule: { ...rule, title: text, fix: other, controls: [{ framework: text, id: other }] },
      evidence: [{ probe: text, sha256: other, excerpt: text }],
    }
    if (status === 'fail') {
      const waiver = { check: text, owner: other, reason: text, until: other }
      return { ...common, status, actual: text, expected: { [other]: text }, where: other, waiver }
    }
    if (status === 'error') return { ...common, status, message: text }
    return status === 'pass'
      ? { ...common, status, actual: { [text]: [other] } }
      : { ...common, status, reason: text }
  })

const tags =
  'html head meta title style body a header section h1 h2 h3 span p b ul li time nav main div svg rect table caption thead tbody tfoot tr th td article dl dt dd details summary form label input select option fieldset legend output button code pre br del ins mark footer script'
const attributes =
  'lang charset http-equiv content name class id href aria-label aria-labelledby aria-hidden tabindex role datetime scope viewbox preserveaspectratio focusable x width height open hidden type value autocomplete spellcheck placeholder data-group data-status data-severity data-phase data-subject data-framework'
const tag = new RegExp(
  `<!doctype html>|</?(?:${tags.replaceAll(' ', '|')})(?:\\s+(?:${attributes.replaceAll(' ', '|')})(?:="[^"<>]*")?)*/?>`,
  'gi',
)

test('whatever a node and a waiver say, the page holds our markup and text', () => {
  fc.assert(
    fc.property(fc.array(someResult, { maxLength: 4 }), hostile, (results, text) => {
      const phases = [
        {
          name: text,
          status: 'failed',
          startedAt: text,
          durationMs: 1,
          message: text,
          blame: 'image',
        } as const,
      ]
      const versions = { [text]: { version: text, sha256: text } }
      const one = report([subject(results, { id: text, address: text, host: text, versions, phases })])
      const waivers = results.flatMap(({ waiver }) => waiver ?? [])
      const page = htmlPage({ ...one, waivers: { ...one.waivers, expired: waivers } })
      const body = page
        .replace(/<style>[^<]*<\/style>/, '')
        .replace(/<script>'use strict'[\s\S]*?\n<\/script>/, '')
      expect(body.match(/<script/)).toBe(null)
      expect(body.replace(tag, '').match(/<.{0,80}/)).toBe(null)
      expect(page.match(/[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]/)).toBe(null)
      expect(page.isWellFormed()).toBe(true)
      expect(page.length).toBeLessThan(3_000_000)
    }),
    { numRuns: Math.ceil(runs.numRuns / 5) },
  )
})
