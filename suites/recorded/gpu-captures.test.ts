import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { modelOf, tables } from '../../src/checks/gpu/tables.ts'
import { checks } from '../../src/checks/index.ts'
import { gpusOnBus } from '../../src/facts/gpu/devices.ts'
import { cardsOf, readFabricInfo } from '../../src/facts/gpu/efa.ts'
import { readLspci } from '../../src/facts/gpu/lspci.ts'
import { readSmiCsv } from '../../src/facts/gpu/smi-lists.ts'
import { type Evidence, parseEvidence, readFacts, trackReads } from '../../src/facts/index.ts'
import type { Capability, Result } from '../../src/result/result.ts'
import { evaluate } from '../../src/run/evaluate.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { patched } from '../integration/patched.ts'
import { mutated, mutations } from './checks-mutations.ts'
import { kindOf, kinds } from './gpu-capture-kinds.ts'
import { type Base, rows } from './gpu-capture-rows.ts'

/** A folder of captures of real tools, read in place and never copied: licences differ. Without it these rows are gone, and no others. */
const folder = process.env.AMIPROOF_CAPTURES
const files =
  folder === undefined
    ? []
    : globSync('**/*', { cwd: folder })
        .filter((path) => statSync(join(folder, path)).isFile())
        .toSorted()
const textOf = (path: string): string => readFileSync(join(folder ?? '', path), 'utf8')

const Sources = z.object({ files: z.array(z.object({ file: z.string(), state: z.string() })) })
const manifest = folder === undefined ? undefined : join(dirname(folder), 'SOURCES.json')
/** `healthy`, `failing`, … by file, as who collected them says. */
const states = new Map(
  manifest && existsSync(manifest)
    ? Sources.parse(JSON.parse(readFileSync(manifest, 'utf8'))).files.map(
        (one) => [one.file, one.state] as const,
      )
    : [],
)

const everything: readonly Capability[] = [
  'systemd',
  'cgroup2',
  'kernel',
  'modules',
  'boot',
  'network',
  'kubelet',
  'gpu',
]
const recorded = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'))
const meant: unknown = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8'))

const accelerated = checks.filter(({ tags }) => tags.some((tag) => tag.startsWith('gpu')))

interface Judged {
  readonly id: string
  readonly about: 'image' | 'instance'
  readonly status: Result['status']
}

/** Judges a capture as what one probe printed; only the checks that read that probe and, with it, nothing but `beside`. */
const judge = (
  base: Base,
  type: string | null,
  probe: string,
  stdout: string,
  exitCode: number,
  beside: readonly string[],
): readonly Judged[] => {
  const { good = [], spec = {} } = mutations.find(({ name }) => name === base) ?? {}
  const whole = mutated(recorded, good)
  const kept = whole.probes[probe] ?? {
    version: 1,
    durationMs: 1,
    timedOut: false,
    truncated: false,
    stderr: '',
  }
  const evidence: Evidence = { ...whole, probes: { ...whole.probes, [probe]: { ...kept, stdout, exitCode } } }
  const reads = new Map<string, readonly string[]>()
  const node = {
    spec: parseNodeSpec(patched(patched(meant, spec), { instance: type === null ? null : { type } })),
    facts: readFacts(evidence),
  }
  const results = accelerated.flatMap((one) =>
    evaluate(
      [one],
      node,
      { declared: everything, measured: everything, phases: ['image', 'boot', 'join'] },
      (facts) => {
        const tracked = trackReads(facts)
        const cited = () => {
          reads.set(one.id, tracked.reads())
          return []
        }
        return { facts: tracked.facts, cited }
      },
    ),
  )
  return results
    .filter(({ rule }) => {
      const read = reads.get(rule.id) ?? []
      return read.includes(probe) && read.every((name) => name === probe || beside.includes(name))
    })
    .map(({ rule, status }) => ({ id: rule.id, about: rule.about ?? 'image', status }))
}

const parsed = new Map<string, { files: number; read: number }>()
afterAll(() => {
  if (files.length === 0) return
  console.log('captures: kind, files, parsed')
  for (const { name } of kinds) {
    const { files = 0, read = 0 } = parsed.get(name) ?? {}
    if (files > 0) console.log(`${name.padEnd(34)}${String(files).padStart(4)}${String(read).padStart(4)}`)
  }
})

describe.runIf(files.length > 0)('captures', () => {
  test.for(files)('%s is of a known kind, and parses', (path) => {
    const text = textOf(path)
    const kind = kindOf(text)
    expect(kind?.name, `no kind for ${text.slice(0, 200)}`).toBeDefined()
    const row = parsed.get(kind?.name ?? '') ?? { files: 0, read: 0 }
    parsed.set(kind?.name ?? '', row)
    row.files += 1
    // Comments on top say where a capture comes from.
    expect(kind?.read(text)).toBeDefined()
    row.read += 1
  })

  const judged = files.flatMap((path) => {
    const row = rows.find(({ file }) => file.test(path))
    return row ? [[path, row] as const] : []
  })

  test.for(judged)('%s is judged as its source says', ([path, row]) => {
    const {
      base,
      probe,
      as = (text: string) => text,
      exitCode = 0,
      beside = ['processes'],
      fails = [],
      part,
    } = row
    const type = row.type === undefined ? basename(dirname(path)) : row.type
    const results = judge(base, type, probe, as(textOf(path)), exitCode, beside)
    if (row.silent) return expect(results).toEqual([])
    expect(results.length).toBeGreaterThan(0)
    const failing = results.filter(({ status }) => status === 'fail')
    expect(failing.map(({ id }) => id)).toEqual(expect.arrayContaining([...fails]))

    const others = failing.filter(
      ({ id, about }) => !fails.includes(id) && (part ? part.test(id) : about === 'instance'),
    )
    const cut = fails.includes('gpu-driver/describes-every-gpu') ? ['gpu-driver/sees-every-gpu'] : []
    const partial = /mismatch|^xid\//.test(path) ? /^gpu-(log|driver)\// : /^$/
    expect(others.map(({ id }) => id).filter((id) => !cut.includes(id) && !partial.test(id))).toEqual([])
    if (states.get(path)?.startsWith('failing')) expect(failing.length).toBeGreaterThan(0)
  })

  const baselines = files.filter((path) => /ec2-baselines\/.*(gpu_count|persistence_status)\.txt$/.test(path))
  test.for(baselines)('%s has the GPUs that the table has', (path) => {
    const type = tables.nvidia.find((one) => one.type === basename(dirname(path)))
    if (!type) throw new Error(`the table lacks ${basename(dirname(path))}`)
    const found = readSmiCsv(textOf(path))
    expect(found).toHaveLength(type.count)
    for (const { name = '', persistence_mode: mode = 'Enabled' } of found) {
      expect(mode).toBe('Enabled')
      if (type.product === null)
        expect(name.toUpperCase()).toContain(
          modelOf(type)
            .model.replace(/-\d+GB$/, '')
            .toUpperCase(),
        )
      else expect(name).toBe(type.product)
    }
  })

  test.for(files.filter((path) => /fi_info\.(p4d\.4nic|.*1nic)/.test(path)))(
    '%s counts cards and not entries',
    (path) => {
      expect(cardsOf(readFabricInfo(textOf(path)))).toHaveLength(path.includes('4nic') ? 4 : 1)
    },
  )

  test.for(files.filter((path) => /lspci/.test(path)))('%s lists GPUs apart from switches', (path) => {
    const pci = readLspci(textOf(path)).map((one) => ({
      ...one,
      vendor: `0x${one.vendor}`,
      class: `0x${one.class}00`,
      driver: '',
    }))
    expect(gpusOnBus({ pci, nodes: {}, infiniband: {}, numa: {} }).length).toBeGreaterThan(0)
  })
})

test('a text of no kind is said to be of none', () => {
  expect(kindOf('hello')).toBeUndefined()
  expect(kindOf('<nvidia_smi_log/>')?.name).toBe('nvidia-smi -q -x')
})
