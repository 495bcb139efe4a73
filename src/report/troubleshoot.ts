import { standingOf } from '../result/counts.ts'
import type { Subject, Troubleshooting } from '../result/report.ts'
import { enterCommands } from './enter.ts'
import { shellWord } from './shell-word.ts'
import topics from './troubleshoot.json' with { type: 'json' }

/** Whether a check is one of a topic: by its subject, `soci`, or by the head of its id, `journal/soci`. */
const concerns = (topic: string, id: string): boolean =>
  topic.includes('/') ? id.startsWith(topic) : id.startsWith(`${topic}/`)

const known = /\{(\w+)\}/g

/**
 * What to type on a node that failed: how to get there, and the commands for what failed on it, each once however many checks failed.
 * Undefined when nothing failed, or nothing is known for what did. A waived failure is nobody's trouble.
 */
export const troubleshooting = (
  subject: Pick<Subject, 'address' | 'spec' | 'results'>,
): Troubleshooting | undefined => {
  const failed = subject.results
    .filter((result) => ['fail', 'error'].includes(standingOf(result)))
    .map(({ rule }) => rule.id)
  const values: Readonly<Record<string, string | undefined>> = {
    sandboxImage: subject.spec?.image.sandboxImage,
  }
  const commands = topics
    .filter(({ checks, run }) => {
      const isFilled = [...run.matchAll(known)].every(([, name = '']) => values[name] !== undefined)
      return isFilled && failed.some((id) => checks.some((topic) => concerns(topic, id)))
    })
    .map(({ run, shows }) => ({
      run: run.replace(known, (_, name: string) => shellWord(values[name] ?? '')),
      shows,
    }))
  return commands.length === 0 ? undefined : { enter: enterCommands(subject), commands }
}
