import { spawnSync } from 'node:child_process'

const args = process.argv.slice(2)
const offline = ['unit', 'snapshot', 'property', 'differential', 'recorded']
const projects = offline.flatMap((name) => ['--project', name])
process.exit(
  spawnSync('vitest', ['run', '--passWithNoTests', ...projects, ...args.filter((a) => a !== '--offline')], {
    stdio: 'inherit',
  }).status ?? 2,
)
