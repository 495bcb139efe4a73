import type { Facts } from '../facts/index.ts'
import type { Journal } from '../facts/journal.ts'
import { isSociOn } from '../render/soci.ts'
import { type Check, check, type Verdict } from './check.ts'
import { failsByDesign } from './gpu/expected-failures.ts'
import { unexplained } from './journal-noise.ts'
import type { Level } from './log-line.ts'
import { namesIn } from './seen.ts'
import { trace } from './trace.ts'
import { expected, fail, none, pass } from './verdict.ts'

const day = (microseconds: string): string => new Date(Number(microseconds) / 1000).toISOString().slice(0, 10)

/** The day that the node itself gave its last line: explanations are judged by when the evidence was made. */
const unsettled = (unit: string, { entries }: Journal, levels: readonly Level[]): readonly string[] =>
  unexplained(unit, entries, day(entries.at(-1)?.at ?? '0'))
    .filter(({ level }) => levels.includes(level))
    .map(({ line }) => line)

/** Lines are many and alike: each is listed once, with how often it came. */
const counted = (lines: readonly string[]): readonly string[] =>
  [
    ...Map.groupBy(lines, (line) =>
      line.replace(/time="[^"]*"\s*/, '').replace(/^[EWF]\d{4} [\d:.]+\s+\d+ /, ''),
    ),
  ]
    .map(([line, all]) => (all.length === 1 ? line : `${all.length} × ${line}`))
    .slice(0, 20)

/** Warnings that nobody explained and that are still let pass, so that one new line of a new release does not stop a gate. */
const warningBudget = 10

const errors = (unit: string, { entries, complete }: Journal): Verdict => {
  const found = unsettled(unit, { entries, complete }, ['fatal', 'error'])
  return found.length === 0
    ? pass(complete ? `${entries.length} lines` : `the newest ${entries.length} lines`)
    : fail(counted(found), 'no error without an explanation', `journalctl -b -u ${unit}`)
}

const warnings = (unit: string, journal: Journal): Verdict => {
  const found = unsettled(unit, journal, ['warning'])
  return expected(
    found.length <= warningBudget,
    counted(found),
    `at most ${warningBudget} warnings without an explanation`,
    `journalctl -b -u ${unit}`,
  )
}

const add =
  'Read the lines around it with journalctl; when it is harmless on every node, explain it in src/checks/journal-noise.json with a reason and an end.'

const silence = (
  unit: 'containerd' | 'kubelet',
  journal: (facts: Facts) => Journal,
  needs: Check['needs'] = [],
): readonly Check[] => [
  check({
    id: `journal/${unit}-errors`,
    title: `${unit} has logged no error that nobody can explain`,
    phase: 'boot',
    severity: 'high',
    tags: ['node'],
    controls: trace(
      ...(unit === 'containerd' ? ['EN-18a', 'EN-18b', 'EN-18c', 'EN-18d', 'EN-18f', 'EN-19'] : ['EN-16']),
    ),
    needs,
    verify: ({ facts }) => errors(unit, journal(facts)),
    fix: add,
  }),
  check({
    id: `journal/${unit}-warnings`,
    title: `${unit} has logged few warnings that nobody can explain`,
    phase: 'boot',
    severity: 'low',
    tags: ['node'],
    controls: trace(...(unit === 'containerd' ? ['EN-18b', 'EN-18d'] : ['EN-16'])),
    needs,
    verify: ({ facts }) => warnings(unit, journal(facts)),
    fix: add,
  }),
]

export const daemons: readonly Check[] = [
  ...silence('containerd', (facts) => facts.journalContainerd),
  ...silence('kubelet', (facts) => facts.journalKubelet, ['kubelet']),
]

export const noDeprecatedFlags = check({
  id: 'journal/kubelet-deprecated-flags',
  title: 'The kubelet complains of no flag that its configuration file should hold',
  phase: 'join',
  severity: 'medium',
  tags: ['node'],
  controls: trace('EN-16', 'EN-16a', 'EN-16b', 'RD-32'),
  needs: ['kubelet'],
  verify: ({ facts }) =>
    none(
      unsettled('kubelet', facts.journalKubelet, ['warning']).filter((line) =>
        /^Flag --\S+ has been deprecated/.test(line),
      ),
      'no deprecated flag',
      'journalctl -b -u kubelet',
    ),
  fix: 'Move the flag into spec.kubelet.config of the NodeConfig, under the name of its field.',
})

export const system = check({
  id: 'journal/system-errors',
  title: 'No unit has logged that it failed',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-I09', 'EN-19'),
  verify: ({ facts, spec }) =>
    none(
      counted(
        facts.journalErrors.entries
          .filter(
            ({ identifier, message, unit }) =>
              identifier === 'systemd' &&
              !failsByDesign(spec).includes(unit) &&
              /^Failed to start|entered failed state|Failed with result/.test(message),
          )
          .map(({ message }) => message),
      ),
      'no failed start',
      'journalctl -b -p err',
    ),
  fix: 'Read `journalctl -b -u UNIT` of the unit that this result names, and repair or disable it in the image.',
})

/** Units whose journals have checks of their own; the kernel speaks of the machine more than of the image. */
const elsewhere = ['containerd.service', 'kubelet.service', 'soci-snapshotter.service']

export const others = check({
  id: 'journal/unit-errors',
  title: 'No other service has logged an error that nobody can explain',
  phase: 'boot',
  severity: 'low',
  tags: ['node'],
  controls: trace('EN-19', 'PR-I09'),
  verify: ({ facts }) => {
    const { entries } = facts.journalErrors
    const spoken = entries.filter(
      ({ unit, identifier }) => !elsewhere.includes(unit) && !['kernel', 'systemd'].includes(identifier),
    )
    const found = unexplained('*', spoken, day(entries.at(-1)?.at ?? '0'))
    return none(
      counted(found.map(({ line }) => line)),
      'no error without an explanation',
      'journalctl -b -p err',
    )
  },
  fix: add,
})

export const soci = check({
  id: 'journal/soci-errors',
  title: 'The SOCI snapshotter has logged no error that nobody can explain',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('KC-44', 'KC-43'),
  applies: isSociOn,
  unless: 'the spec does not ask for SOCI',
  verify: ({ facts }) => errors('soci-snapshotter', facts.journalSoci),
  fix: add,
})

const cniComplaint = /failed to load cni|cni plugin not initialized|cni config load failed/

/** containerd reads a new configuration within a moment of its being written; what it still misses then is broken. */
const graceMicroseconds = 10_000_000

export const cniLoads = check({
  id: 'journal/cni-loads',
  title: 'Once a CNI configuration is there, containerd no longer complains that there is none',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('EN-18e'),
  verify: ({ facts }) => {
    const written = newest(facts)
    if (written === undefined) return pass('no CNI configuration yet')
    const late = facts.journalContainerd.entries.filter(
      ({ at, message }) => cniComplaint.test(message) && Number(at) > written * 1_000_000 + graceMicroseconds,
    )
    return none(
      counted(late.map(({ message }) => message)),
      'no complaint after the configuration was written',
      'journalctl -b -u containerd and /etc/cni/net.d',
    )
  },
  fix: 'Correct the configuration in /etc/cni/net.d: containerd reads the first file in order of name and needs every plugin that it names.',
})

/** Seconds since 1970 at which the first configuration, in order of name, was last written. */
const newest = (facts: Facts): number | undefined => {
  const [first] = namesIn(facts, '/etc/cni/net.d').filter((name) => /\.(conf|conflist|json)$/.test(name))
  return first === undefined ? undefined : facts.stats.entries[`/etc/cni/net.d/${first}`]?.mtime
}
