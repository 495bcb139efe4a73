import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { readFacts, trackReads } from '../../src/facts/index.ts'
import { text } from '../../src/lib/exec.ts'
import type { Result } from '../../src/result/result.ts'
import { collect } from '../../src/run/collect.ts'
import { evaluate } from '../../src/run/evaluate.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'
import { applying, defects, undoing } from './defect.ts'
import { patched } from './patched.ts'

/** What each node was meant to be. */
const specs: Readonly<Record<string, string>> = {
  'docker:': 'fixtures/specs/docker-node.json',
  'docker:?containerd=2.1': 'fixtures/specs/docker-node-containerd-2.json',
}

const specOf = (address: string, patch: unknown = {}): NodeSpec =>
  parseNodeSpec(patched(JSON.parse(readFileSync(specs[address] ?? '', 'utf8')), patch))

const judge = async (target: Target, spec: NodeSpec): Promise<readonly Result[]> => {
  const evidence = await collect(target, { collector: 'defects' })
  const facts = readFacts(evidence)
  return evaluate(
    checks,
    { spec, facts },
    { declared: target.capabilities, measured: facts.capabilities, phases: ['image', 'boot', 'join'] },
    (all) => ({ facts: trackReads(all).facts, cited: () => [] }),
  )
}

const ids = (results: readonly Result[], status: Result['status']): readonly string[] =>
  results
    .filter((result) => result.status === status)
    .map(({ rule }) => rule.id)
    .toSorted()

const wrong = (results: readonly Result[]) =>
  results.flatMap((result) =>
    result.status === 'fail' || result.status === 'error'
      ? [`${result.rule.id}: ${JSON.stringify(result.status === 'fail' ? result.actual : result.message)}`]
      : [],
  )

const run = async (target: Target, script: string): Promise<void> => {
  const { exitCode, stdout, stderr } = await target.exec(script, { timeoutMs: 60_000 })
  expect(exitCode, `${text(stdout)}${text(stderr)}`).toBe(0)
}

/** Nodes at once for one address: a collection keeps one core busy. */
const atOnce = 2

/** Hands nodes out, each to one test at a time. */
const poolOf = (targets: readonly Target[]) => {
  const free = [...targets]
  const waiting: ((target: Target) => void)[] = []
  return {
    take: () =>
      new Promise<Target>((resolve) => {
        const target = free.pop()
        if (target) resolve(target)
        else waiting.push(resolve)
      }),
    give: (target: Target) => {
      const next = waiting.shift()
      if (next) next(target)
      else free.push(target)
    },
  }
}

describe.for(Object.keys(specs))('on %s', (address) => {
  const here = defects.filter(({ node }) => node === address)
  let targets: readonly Target[] = []
  let pool = poolOf([])
  beforeAll(async () => {
    const owner = ownerHere('defects', 30, new Date())
    const opening = here.length > atOnce ? atOnce : 1
    // The first builds the image where it has to; the others find it.
    targets = [await openTarget(address, { owner, env: process.env })]
    for (let more = 1; more < opening; more++)
      targets = [...targets, await openTarget(address, { owner, env: process.env })]
    pool = poolOf(targets)
  })
  afterAll(async () => {
    await Promise.all(targets.map((target) => target[Symbol.asyncDispose]()))
  })

  test('the whole node fails nothing, and at least 120 checks pass, most of them on more than modes and owners', async () => {
    for (const target of targets) {
      const results = await judge(target, specOf(address))
      expect(wrong(results)).toEqual([])
      const passed = ids(results, 'pass')
      expect(passed.length).toBeGreaterThanOrEqual(120)
      expect(
        passed.filter((id) => /^(file-access|directory)\//.test(id)).length / passed.length,
      ).toBeLessThan(0.35)
    }
  })

  test.concurrent.for(here.map((one) => [one.name, one] as const))(
    '%s fails exactly what it says',
    async ([, defect]) => {
      const target = await pool.take()
      try {
        await run(target, applying(defect))
        const results = await judge(target, specOf(address, defect.spec))
        expect({ fails: ids(results, 'fail'), errors: ids(results, 'error') }).toEqual({
          fails: defect.fails,
          errors: defect.errors,
        })
      } finally {
        await run(target, undoing(defect)).finally(() => pool.give(target))
      }
    },
  )

  test('after the last defect the nodes are whole again', async () => {
    for (const target of targets) expect(wrong(await judge(target, specOf(address)))).toEqual([])
  })
})
