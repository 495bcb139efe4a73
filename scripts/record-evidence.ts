// Records the evidence of a target as a fixture: node scripts/record-evidence.ts [TARGET] [FILE]
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import manifest from '../package.json' with { type: 'json' }
import { evidenceJson } from '../src/facts/evidence.ts'
import { readFacts } from '../src/facts/index.ts'
import { collect } from '../src/run/collect.ts'
import { openTarget } from '../src/targets/open.ts'
import { ownerHere } from '../src/targets/owner.ts'

const [address = 'docker:', file = 'fixtures/evidence/docker-node.json'] = process.argv.slice(2)

await using target = await openTarget(address, {
  owner: ownerHere('record-evidence', 30, new Date()),
  env: process.env,
  progress: (line) => console.error(line),
})
const evidence = await collect(target, { collector: manifest.version, redactionKey: randomBytes(32) })

/** A container shows its host's kernel; a fixture should say nothing of the machine that it was made on. */
const release = readFacts(evidence).uname.release
const neutral = evidenceJson({
  ...evidence,
  durationMs: Math.round(evidence.durationMs),
  probes: Object.fromEntries(
    Object.entries(evidence.probes).map(([name, output]) => [
      name,
      name === 'cmdline'
        ? { ...output, stdout: 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet\n' }
        : output,
    ]),
  ),
})
  .replaceAll(release, '6.12.40-generic')
  .replaceAll(/(?<=\bnameserver )[\da-f.:]+/g, '192.0.2.53')
writeFileSync(file, neutral)
console.error(
  `${file}: ${Object.keys(evidence.probes).length} probes of ${address}, collected in ${evidence.durationMs} ms`,
)
