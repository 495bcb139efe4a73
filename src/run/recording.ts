import { type Evidence, parseEvidence } from '../facts/evidence.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { bytesAt } from './read-file.ts'

/** The evidence in a file. Throws an {@link AmiproofError} when it cannot be read or is none. */
export const readRecording = (path: string): Evidence => {
  try {
    return parseEvidence(bytesAt(path), path)
  } catch (error) {
    if (error instanceof AmiproofError) throw error
    throw new AmiproofError(`cannot read the recording ${path}: ${messageOf(error)}`, {
      kind: 'usage',
      code: 'unreadable-recording',
      op: 'read a recording',
      blame: 'user',
      cause: error,
    })
  }
}
