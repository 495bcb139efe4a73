import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What a team accepted, some of it no longer: one waiver in use, one past its end, one that names nothing. */
const waivers = `
[[waiver]]
check = "file/containerd-version"
reason = "The file is written by the old pipeline and is replaced with the next base image (PLAT-1123)."
owner = "node-team@example.com"
until = 2026-12-31

[[waiver]]
control = { framework = "trace", id = "PR-A99" }
reason = "Left over from the spring audit."
owner = "audit@example.com"
until = 2027-03-31

[[waiver]]
check = "sysctl/ip-forward"
reason = "Forwarding was off until the new network plugin."
owner = "node-team@example.com"
until = 2026-10-31
`

const flags = {
  /** The recorded default node, judged by its own spec. */
  healthy: ['--spec', 'fixtures/specs/docker-node.json'],
  /** The same node, where containerd 2.1 was meant to be. */
  broken: ['--spec', 'fixtures/specs/docker-node-containerd-2.json', '--config', 'waivers'],
  /** A container cannot show its kernel, and proof was asked for. */
  undecided: ['--spec', 'fixtures/specs/docker-node.json', '--require-proof'],
} as const

export type Sample = keyof typeof flags
export const sampleNames = ['healthy', 'broken', 'undecided'] as const satisfies readonly Sample[]

/** Runs `amiproof gate` on the recorded node and returns its report.html. */
export const sampleReport = (name: Sample, scratch: string): string => {
  const out = join(scratch, name)
  const config = join(scratch, `${name}.toml`)
  mkdirSync(out, { recursive: true })
  writeFileSync(config, waivers)
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      'src/cli.ts',
      'gate',
      'evidence:fixtures/evidence/docker-node.json',
      ...flags[name].map((flag) => (flag === 'waivers' ? config : flag)),
      '--out',
      out,
    ],
    { encoding: 'utf8' },
  )
  const path = /^reports: (.*report\.html)/m.exec(stdout)?.[1]
  if (path === undefined) throw new Error(`amiproof gate wrote no report: ${stderr}`)
  return readFileSync(resolve(path), 'utf8')
}
