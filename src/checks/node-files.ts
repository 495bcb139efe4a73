import { messageOf } from '../lib/errors.ts'
import type { NodeFile } from '../render/node-file.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { type Check, check, type Verdict } from './check.ts'
import { each } from './combine.ts'
import { meaningOf } from './meaning.ts'
import type { Subject } from './node-file-subject.ts'
import { filesOf, subjects } from './node-file-subjects.ts'
import { differences } from './same.ts'
import { type SeenFile, seenFile, seenText } from './seen.ts'
import { trace } from './trace.ts'
import { equal, fail, pass } from './verdict.ts'

const says = (text: string | undefined, file: NodeFile, subject: Subject): Verdict => {
  if (text === undefined) return fail('absent', 'a file with the text that amiproof renders', file.path)
  let actual: unknown
  try {
    actual = meaningOf(file.format, text)
  } catch (error) {
    return fail(messageOf(error), `well-formed ${file.format}`, file.path)
  }
  const found = differences(actual, meaningOf(file.format, file.text)).filter(
    (one) => !(subject.mayHoldMore && one.expected === 'absent'),
  )
  if (found.length === 0) return pass()
  return fail(
    Object.fromEntries(found.map(({ at, actual }) => [at, actual])),
    Object.fromEntries(found.map(({ at, expected }) => [at, expected])),
    `${file.path}: ${found.map(({ at }) => at).join(', ')}`,
  )
}

const guarded = (seen: SeenFile | undefined, { path, mode, owner }: NodeFile): Verdict => {
  if (seen === undefined) return fail('absent', `a file, mode ${mode}, owned by ${owner}`, path)
  const actual = { kind: seen.kind, mode: seen.mode, owner: seen.owner }
  return equal(actual, { kind: 'file', mode, owner }, path)
}

const wherever = (subject: Subject) => ({
  phase: subject.phase,
  applies: (spec: NodeSpec) => filesOf(subject, spec).length > 0,
  unless: `the spec puts no ${subject.name} on the node`,
})

/** Each file says what the spec renders, by meaning: key order, comments and spelling do not count. */
export const content: readonly Check[] = subjects.map((subject) =>
  check({
    ...wherever(subject),
    id: `file/${subject.slug}`,
    title: subject.title,
    severity: subject.severity,
    tags: ['node'],
    controls: trace(...subject.trace),
    verify: ({ spec, facts }) =>
      each(filesOf(subject, spec), `files that the spec renders as ${subject.name}`, subject.name, (file) =>
        says(seenText(facts, file.path), file, subject),
      ),
    fix: `${subject.fix} \`amiproof render SPEC\` prints the whole file.`,
  }),
)

/** Nobody but the owner can change what the node is made of. */
export const access: readonly Check[] = subjects.map((subject) =>
  check({
    ...wherever(subject),
    id: `file-access/${subject.slug}`,
    title: `Mode and owner of ${subject.name} are those of the spec`,
    severity: subject.accessSeverity ?? 'medium',
    tags: ['node'],
    controls: trace('RD-20', ...(subject.accessTrace ?? [])),
    verify: ({ spec, facts }) =>
      each(filesOf(subject, spec), `files that the spec renders as ${subject.name}`, subject.name, (file) =>
        guarded(seenFile(facts, file.path), file),
      ),
    fix: `Set the owner with chown and the mode with chmod to what this result expects, where ${subject.writer} writes the file.`,
  }),
)
