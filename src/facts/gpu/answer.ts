import { type Exec, text } from '../../lib/exec.ts'
import { noSuchCommand } from '../absent.ts'

/** What asking a tool of the accelerator came to. That it is not installed, hangs or refuses are answers about the node, not broken probes. */
export type Answer<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'hung'; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly exitCode: number | null; readonly said: string }
  | { readonly kind: 'answered'; readonly value: T }

/** How nvidia-smi and NVML refuse in words; some of it comes with exit status 0. */
const refusal =
  /Failed to initialize NVML|NVIDIA-SMI has failed|No devices were found|Unable to determine the device handle|GPU is lost|couldn't communicate with the NVIDIA driver|^nvidia-container-cli: |initialization error: /im

/** Characters of a refusal that are kept. */
const kept = 600

/** Gives the output of a tool its meaning: `parse` sees standard output as text, of a tool that answered in full. Cut output is an error. */
export const answer = <T>(raw: Exec, parse: (stdout: string) => T): Answer<T> => {
  if (raw.timedOut) return { kind: 'hung', afterMs: raw.durationMs }
  if (raw.exitCode === noSuchCommand) return { kind: 'absent' }
  if (raw.truncated) throw new Error('its output was cut at its bound, so what it says is not whole')
  const said = text(raw.stdout)
  const complaint = text(raw.stderr)
  // coreutils' timeout says 124, and 137 after KILL: the tool was stopped by our own hand.
  if (raw.exitCode === 124 || raw.exitCode === 137) return { kind: 'hung', afterMs: raw.durationMs }
  if (raw.exitCode !== 0 || refusal.test(said.slice(0, 4096)) || (said.trim() === '' && complaint !== ''))
    return {
      kind: 'refused',
      exitCode: raw.exitCode,
      said: `${said.trim()}\n${complaint.trim()}`.trim().slice(0, kept),
    }
  return { kind: 'answered', value: parse(said) }
}

/** The value of an answer; undefined for every other kind. */
export const answered = <T>(from: Answer<T>): T | undefined =>
  from.kind === 'answered' ? from.value : undefined

/** What stands in the way, in words; undefined when the tool answered. */
export const trouble = (tool: string, from: Answer<unknown>): string | undefined => {
  switch (from.kind) {
    case 'answered':
      return undefined
    case 'absent':
      return `${tool} is not installed`
    case 'hung':
      return `${tool} did not answer within ${from.afterMs} ms and was killed`
    case 'refused':
      return `${tool} ended with ${from.exitCode ?? 'no exit code'} and said "${from.said}"`
    default:
      return from satisfies never
  }
}
