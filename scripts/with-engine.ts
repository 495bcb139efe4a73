/** Runs a command once a container engine is there: `node scripts/with-engine.ts CMD…`. Its signals and its exit status are the command's. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { AmiproofError, messageOf } from '../src/lib/errors.ts'
import { ensureEngine } from './engine.ts'

const [command, ...rest] = process.argv.slice(2)

const fail = (sentence: string, exitCode: number): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(exitCode)
}

if (!command) fail('usage: node scripts/with-engine.ts COMMAND [ARGUMENT…]', 3)

await ensureEngine(process.env, (line) => process.stderr.write(`${line}\n`)).catch((error: unknown) =>
  fail(messageOf(error), error instanceof AmiproofError && error.kind === 'usage' ? 3 : 2),
)

let child: ChildProcess | undefined

// Before the command starts, so that no signal finds nobody who hands it on.
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child?.kill(signal))
// Ctrl-C on a terminal reaches the command by itself, being in the same process group; a second one would mean "at once".
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child?.kill('SIGINT')
})

child = spawn(command ?? '', rest, { stdio: 'inherit' })
child.on('error', (error) => fail(`cannot run ${command}: ${messageOf(error)}`, 3))
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
