import { AmiproofError } from '../lib/errors.ts'
import { type Exec, text } from '../lib/exec.ts'

/** The exit status of a shell that found no such command (POSIX 2.8.2). */
export const noSuchCommand = 127

/** Ignorance is an error: what we wanted to know, what the probe ended in, and what it said. */
export const absent = (subject: string, { exitCode, stderr }: Exec): AmiproofError =>
  new AmiproofError(
    `Cannot tell ${subject}: the probe ended with ${exitCode ?? 'no exit code'} and said "${text(stderr).trim().slice(0, 300)}".`,
    { kind: 'fact', code: 'probe-failed', op: `read ${subject}`, blame: 'instance' },
  )

/** The target has no such thing to ask, so it proves nothing about it. */
export const cannotShow = (subject: string, why: string): AmiproofError =>
  new AmiproofError(`This target cannot show ${subject}: ${why}.`, {
    kind: 'unproven',
    code: 'cannot-show',
    op: `read ${subject}`,
    blame: 'user',
  })
