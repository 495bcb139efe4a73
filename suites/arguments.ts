import { parseArgs } from 'node:util'
import { AmiproofError, messageOf } from '../src/lib/errors.ts'
import { nearest } from '../src/lib/nearest.ts'
import { refuseBadAddress } from '../src/run/addresses.ts'
import { listOf } from '../src/run/config.ts'
import { offline, type Suite, suiteNames } from './suites.ts'

/** What `npm test -- …` was asked for. */
export interface Asked {
  /** Empty: every suite. */
  readonly suites: readonly Suite[]
  readonly target?: string
  readonly spec?: string
  /** `-t`: tests whose names match. */
  readonly pattern?: string
  /** Files and flags that vitest is to have. */
  readonly rest: readonly string[]
}

const wrong = (message: string): AmiproofError =>
  new AmiproofError(message, { kind: 'usage', code: 'bad-usage', op: 'read the arguments', blame: 'user' })

/** Reads the arguments. Throws an {@link AmiproofError} of kind `usage`: a suite that does not exist is never skipped in silence. */
export const readArguments = (args: readonly string[]): Asked => {
  const { values, positionals } = parsed(args)
  const chosen = (values.suite ?? []).flatMap((list) => {
    const named = listOf(list).map(suiteCalled)
    if (named.length === 0) throw wrong('--suite names no suite')
    return named
  })
  if (values.target === '') throw wrong('--target is empty')
  if (values.spec === '') throw wrong('--spec is empty')
  for (const address of listOf(values.target ?? '')) refuseBadAddress(address)
  const all = values.offline ? [...offline, ...chosen] : chosen
  return {
    suites: suiteNames.filter((name) => all.includes(name)),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values.spec === undefined ? {} : { spec: values.spec }),
    ...(values.testNamePattern === undefined ? {} : { pattern: values.testNamePattern }),
    rest: [...positionals, ...(values.update ? ['--update'] : [])],
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        suite: { type: 'string', multiple: true },
        target: { type: 'string' },
        spec: { type: 'string' },
        testNamePattern: { type: 'string', short: 't' },
        offline: { type: 'boolean' },
        update: { type: 'boolean', short: 'u' },
      },
    })
  } catch (error) {
    throw wrong(messageOf(error).split('. ')[0] ?? '')
  }
}

const suiteCalled = (name: string): Suite => {
  const suite = suiteNames.find((known) => known === name)
  if (suite) return suite
  const near = nearest(name, suiteNames)
  throw wrong(
    `there is no suite ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : `: there are ${suiteNames.join(', ')}`}`,
  )
}
