import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AmiproofError, type ErrorKind, messageOf } from '../lib/errors.ts'
import { makeFolder } from './make-folder.ts'
import { removeQuietly } from './write-whole.ts'

/** A file of a report folder. */
export interface ReportFile {
  readonly name: string
  readonly content: string | Uint8Array
}

/**
 * Writes all files of a run, or none: into a folder of a name that nobody reads, which then gets the run's name. Returns the folder.
 * Throws an {@link AmiproofError} of kind `report`; then nothing is left.
 */
export const writeReports = (out: string, run: string, files: readonly ReportFile[]): string => {
  const folder = join(out, run)
  const partial = partialFolder(out, run)
  try {
    makeFolder(partial)
    for (const { name, content } of files) writeFileSync(join(partial, name), content, { flush: true })
    renameSync(partial, folder)
    return folder
  } catch (cause) {
    removeQuietly(partial)
    throw notWritten(folder, 'report', cause)
  }
}

/**
 * Sees to it that a run can write its reports, before there is work to lose: makes the folder that runs are put in, and one below it for a moment.
 * Throws an {@link AmiproofError} of kind `usage`.
 */
export const planReports = (out: string, run: string): void => {
  const partial = partialFolder(out, run)
  try {
    makeFolder(out)
    mkdirSync(partial)
    rmSync(partial, { recursive: true })
  } catch (cause) {
    removeQuietly(partial)
    throw notWritten(join(out, run), 'usage', cause)
  }
}

const partialFolder = (out: string, run: string): string => join(out, `.partial-${process.pid}-${run}`)

const notWritten = (folder: string, kind: ErrorKind, cause: unknown): AmiproofError =>
  new AmiproofError(`cannot write the reports to ${folder}: ${explained(cause)}`, {
    kind,
    code: 'reports-not-written',
    op: 'write the reports',
    blame: 'user',
    cause,
  })

const explained = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'the disk is full; free some space or choose another folder with --out'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `the folder cannot be written (${code}); choose another with --out`
  return messageOf(cause)
}

/** Removes what a killed run left half-written. A folder of a process that still runs is kept. */
export const sweepPartialReports = (out: string): readonly string[] =>
  namesIn(out).filter((name) => {
    const pid = /^\.partial-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) return false
    rmSync(join(out, name), { recursive: true, force: true })
    return true
  })

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    // There is nothing to sweep where no run has written yet.
    return []
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
