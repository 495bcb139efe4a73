import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from '../scripts/chromium.ts'
import { ensureEngine } from '../scripts/engine.ts'
import { AmiproofError, messageOf } from '../src/lib/errors.ts'
import { newRunId } from '../src/run/gate.ts'
import { writeFileWhole } from '../src/run/write-whole.ts'
import { type Asked, readArguments } from './arguments.ts'
import { errorCase, suiteXml } from './reporter.ts'
import { readRunRecord, runFolderVariable, type TestCounts } from './run-record.ts'
import { hasTests, type Suite, suiteNames, suites } from './suites.ts'

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Lines of src/ that the offline and integration suites have to run, in percent. */
const leastCoverage = 90

const startedAt = new Date()
const folder = join('reports', newRunId(startedAt))

/** Why a suite cannot run on this machine; undefined when it can. */
const obstacle = async (suite: Suite, asked: Asked): Promise<string | undefined> => {
  if (!hasTests(suite)) return 'it has no test files'
  if (suites[suite] === 'browser' && !findChromium(process.env))
    return 'there is no Chromium on the path: apt-get install chromium, or name one in AMIPROOF_CHROMIUM'
  const needsEngine = suites[suite] === 'engine' || (suites[suite] === 'target' && isContainer(asked))
  return needsEngine ? engineObstacle() : undefined
}

const isContainer = ({ target = process.env.AMIPROOF_TARGETS ?? 'docker:' }: Asked): boolean =>
  target.startsWith('docker:')

/** Looked for once. */
const engine: { obstacle?: Promise<string | undefined> } = {}
const engineObstacle = async (): Promise<string | undefined> => {
  engine.obstacle ??= ensureEngine(process.env, say).then(() => undefined, messageOf)
  return engine.obstacle
}

/** What told us to stop. */
const interrupted: { by?: NodeJS.Signals } = {}

const run = async (asked: Asked): Promise<number> => {
  const wanted = asked.suites.length > 0 ? asked.suites : suiteNames
  const missing: (readonly [Suite, string])[] = []
  const runnable: Suite[] = []
  for (const suite of wanted) {
    const why = await obstacle(suite, asked)
    if (why === undefined) runnable.push(suite)
    else missing.push([suite, why])
  }
  const measures = asked.suites.length === 0 && asked.rest.length === 0 && asked.pattern === undefined
  const status = runnable.length > 0 ? await vitest(runnable, asked, measures) : 0
  const record = readRunRecord(folder)

  // A suite that vitest never came to, because its set-up threw or vitest itself broke, has no file of its own yet.
  const silent = runnable.filter((suite) => !existsSync(join(folder, `${suite}.junit.xml`)))
  for (const suite of silent)
    writeError(suite, 'the suite ran', 'nothing was reported: its set-up or vitest itself failed')
  for (const [suite, why] of missing) writeError(suite, 'this machine can run the suite', why)

  const covered = measures ? coverageComplaint(missing) : undefined
  const counted = Object.values(record?.suites ?? {})
  const failed = total(counted, 'failed') + silent.length + (record?.unhandled ?? 0)
  const mustRun = process.env.CI === 'true' || asked.suites.length > 0
  say('')
  for (const [suite, why] of missing)
    say(`COULD NOT RUN ${suite}: ${why}${mustRun ? '' : ' (with CI=true this fails)'}`)
  for (const suite of silent) say(`NOTHING REPORTED by ${suite}`)
  if (covered) say(covered)
  say(`reports: ${folder}`)
  process.stdout.write(
    `${total(counted, 'passed')} passed, ${failed} failed, ${total(counted, 'skipped')} skipped\n`,
  )

  if (interrupted.by) return 130
  if (failed > 0 || status !== 0 || covered) return 1
  return missing.length > 0 && mustRun ? 2 : 0
}

const total = (counts: readonly TestCounts[], name: keyof TestCounts): number =>
  counts.reduce((sum, one) => sum + one[name], 0)

const writeError = (suite: Suite, name: string, why: string): void =>
  writeFileWhole(
    join(folder, `${suite}.junit.xml`),
    suiteXml(suite, startedAt, [errorCase(suite, `[${suite}] ${name}`, 'suite', why)]),
  )

/** Runs vitest, whose output stays out of our last line; it gets the signals that we get. */
const vitest = (chosen: readonly Suite[], asked: Asked, coverage: boolean): Promise<number> => {
  const child = spawn(
    'vitest',
    [
      'run',
      '--passWithNoTests',
      ...chosen.flatMap((suite) => ['--project', suite]),
      ...(asked.pattern === undefined ? [] : ['--testNamePattern', asked.pattern]),
      ...(coverage ? ['--coverage'] : []),
      ...asked.rest,
    ],
    {
      stdio: ['inherit', 2, 'inherit'],
      env: {
        ...process.env,
        [runFolderVariable]: folder,
        ...(asked.target === undefined ? {} : { AMIPROOF_TARGETS: asked.target }),
        ...(asked.spec === undefined ? {} : { AMIPROOF_SPEC: asked.spec }),
      },
    },
  )
  return new Promise((resolve) => {
    const forget = passSignalsTo(child)
    child.on('error', (error) => {
      say(`cannot start vitest: ${messageOf(error)}; run npm ci first`)
      forget()
      resolve(2)
    })
    child.on('close', (code) => {
      forget()
      resolve(code ?? 130)
    })
  })
}

const passSignalsTo = (child: ChildProcess): (() => void) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  // On a terminal Ctrl-C reaches the child by itself.
  const pass = (signal: NodeJS.Signals): void => {
    interrupted.by = signal
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}

/** What is wrong with the coverage of src/; undefined when it suffices, or when suites that count are missing anyway. */
const coverageComplaint = (missing: readonly (readonly [Suite, string])[]): string | undefined => {
  const percent = coveredLines()
  if (percent === undefined) return 'coverage of src/ is not known: vitest wrote none'
  say(`coverage: ${percent} % of the lines of src/`)
  const isWhole = !missing.some(([suite]) => suites[suite] === 'checkout' || suites[suite] === 'engine')
  return isWhole && percent < leastCoverage ? `COVERAGE ${percent} % is below ${leastCoverage} %` : undefined
}

const coveredLines = (): number | undefined => {
  try {
    const summary: { readonly total: { readonly lines: { readonly pct: number } } } = JSON.parse(
      readFileSync('coverage/coverage-summary.json', 'utf8'),
    )
    return summary.total.lines.pct
  } catch {
    return undefined
  }
}

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof AmiproofError)) throw error
  say(error.message)
  process.exitCode = error.kind === 'usage' || error.kind === 'config' ? 3 : 2
}
