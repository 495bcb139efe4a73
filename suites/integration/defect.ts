import { globSync, readFileSync } from 'node:fs'

/** One way to break a node, and what it must be called. */
export interface Defect {
  readonly name: string
  /** The sentence at the head of the script. */
  readonly what: string
  /** The target that it breaks; the default node where it says nothing. */
  readonly node: string
  /** A merge patch for the spec: what the node was meant to be, where that is what differs. */
  readonly spec: unknown
  /** Ids of checks that must fail, and no other may. */
  readonly fails: readonly string[]
  /** Ids of checks that cannot be decided any more. */
  readonly errors: readonly string[]
  readonly script: string
}

const prelude = readFileSync('suites/integration/defect-prelude.sh', 'utf8')

const header = (text: string, key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^# ${key}: (.*)$`, 'gm'))].map(([, value = '']) => value)

const read = (path: string): Defect => {
  const script = readFileSync(path, 'utf8')
  return {
    name: path.replace(/^.*\/|\.sh$/g, ''),
    what: script.split('\n')[1]?.replace(/^# /, '') ?? '',
    node: header(script, 'node')[0] ?? 'docker:',
    spec: JSON.parse(header(script, 'spec')[0] ?? '{}'),
    fails: header(script, 'fails').toSorted(),
    errors: header(script, 'errors').toSorted(),
    script,
  }
}

/** Every defect of fixtures/defects, by name. */
export const defects: readonly Defect[] = globSync('fixtures/defects/*.sh').toSorted().map(read)

/** Breaks the node. */
export const applying = ({ script }: Defect): string => `${prelude}\n${script}\napply\n`

/** Makes it whole again. */
export const undoing = ({ script }: Defect): string => `${prelude}\n${script}\nput_back\nundo\n`
