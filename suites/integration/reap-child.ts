/** A run of its own, to be killed: opens a target, says so, and waits. `node reap-child.ts ADDRESS RUN LIFETIME_MINUTES` */
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'

const [address = '', run = '', lifetimeMinutes = ''] = process.argv.slice(2)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort(new Error(signal)))
process.stdout.write('starting\n')
try {
  await using target = await openTarget(address, {
    owner: ownerHere(run, Number(lifetimeMinutes), new Date()),
    env: process.env,
    signal: stop.signal,
  })
  process.stdout.write('ready\n')
  await target.exec('sleep 300', { signal: stop.signal })
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : 2
  process.stdout.write(`${error}\n`)
}
