import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { consoleTable } from '../../src/report/console.ts'
import { markdown } from '../../src/report/markdown.ts'
import { shellWord } from '../../src/report/shell-word.ts'
import topics from '../../src/report/troubleshoot.json' with { type: 'json' }
import { troubleshooting } from '../../src/report/troubleshoot.ts'
import type { Rule } from '../../src/result/result.ts'
import { failing, passing, report, subject } from './report-samples.ts'

const adviceFor = (id: Rule['id'], more = {}) => troubleshooting(subject([failing(id)], more))
const runsFor = (id: Rule['id']) => adviceFor(id)?.commands.map(({ run }) => run) ?? []

test('a node on which SOCI fails is looked into in three steps', () => {
  expect(runsFor('soci/used')).toEqual(
    expect.arrayContaining([
      'mount | grep fuse.rawBridge',
      'systemctl status --no-pager --full soci-snapshotter.service soci-snapshotter.socket',
      'journalctl -b --no-pager -e -u soci-snapshotter',
    ]),
  )
})

test('a node on which containerd fails shows its journal, its configuration and its plugins', () => {
  expect(runsFor('containerd/plugins')).toEqual(
    expect.arrayContaining([
      'journalctl -b --no-pager -u containerd -n 200',
      'containerd config dump',
      'ctr -n k8s.io plugins ls',
    ]),
  )
})

test('a command stands once, however many checks failed', () => {
  const many = ['containerd/plugins', 'containerd/cdi', 'containerd-unit/active', 'soci/used'] as const
  const runs = troubleshooting(subject(many.map((id) => failing(id))))?.commands.map(({ run }) => run) ?? []
  expect(runs.length).toBeGreaterThan(5)
  expect(new Set(runs).size).toBe(runs.length)
})

test('a node that fails nothing, or only what was accepted, gets no advice', () => {
  const waiver = { check: 'soci/used', reason: 'r', owner: 'o', until: '2027-01-01' }
  expect(troubleshooting(subject([passing('soci/used')]))).toBeUndefined()
  expect(troubleshooting(subject([{ ...failing('soci/used'), waiver }]))).toBeUndefined()
})

test('the commands are filled in for the node', () => {
  expect(runsFor('image/sandbox-cached')).toContain(
    'ctr -n k8s.io images ls name==localhost/kubernetes/pause:latest',
  )
  expect(topics.map(({ run }) => run).join('\n')).toContain('{sandboxImage}')
  expect(JSON.stringify(topics.map(({ checks }) => adviceFor(`${checks[0]}/x` as Rule['id'])))).not.toMatch(
    /\{\w+\}/,
  )
})

test.for([
  ['ssm:i-0123456789abcdef0', ['aws ssm start-session --target i-0123456789abcdef0', 'sudo -i']],
  ['ssh:ec2-user@node.example', ['ssh ec2-user@node.example', 'sudo -i']],
  ['local:', ['sudo -i']],
  ['evidence:node.json', []],
] as const)('%s is entered', ([address, enter]) => {
  expect(adviceFor('soci/used', { address })?.enter).toEqual(enter)
})

test('the container of a run is gone, so another of its image is started, entered and removed', () => {
  const enter = adviceFor('soci/used', { address: 'docker:my/node:1' })?.enter ?? []
  expect(enter.map((line) => line.split(' ', 2).join(' '))).toEqual([
    'docker run',
    'docker exec',
    'docker rm',
  ])
  expect(enter[0]).toContain('--entrypoint /bin/sh my/node:1 -c')
})

test('what the operator or the spec says is one word of the shell', () => {
  const said = "a b'; $(reboot) `x`"
  const word = shellWord(said)
  expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(said)
  expect(adviceFor('soci/used', { address: `docker:${said}` })?.enter[0]).toContain(` ${word} -c `)
})

test('every line of advice is valid shell', () => {
  const scripts = [
    ...topics.map(({ run }) => run.replace(/\{\w+\}/g, 'x')),
    ...['docker:', 'docker:a/b:1', 'ssm:i-1', 'ssh:a@b', 'local:'].flatMap(
      (address) => adviceFor('soci/used', { address })?.enter ?? [],
    ),
  ]
  for (const script of scripts) execFileSync('sh', ['-n', '-c', script])
})

test('every topic is that of a check, and every subject of checks that a daemon answers for has a topic', () => {
  const heads = topics.flatMap((topic) => topic.checks)
  const concerns = (head: string, id: string) => id.startsWith(head.includes('/') ? head : `${head}/`)
  expect(heads.filter((head) => !checks.some(({ id }) => concerns(head, id)))).toEqual([])
  const bare = new Set(
    checks
      .filter(({ id }) => !heads.some((head) => concerns(head, id)))
      .map(({ id }) => id.replace(/\/.*/, '')),
  )
  // What the result itself says of a file, a directory or a package is all that there is to see.
  expect([...bare].sort().join(' ')).toBe('component directory file file-access leftover legacy os package')
})

test('the terminal and the summary show the advice once', () => {
  const failed = subject([failing('soci/used'), failing('soci/socket')], { address: 'ssm:i-1' })
  const advice = troubleshooting(failed)
  const shown = report([{ ...failed, ...(advice && { troubleshooting: advice }) }])
  for (const text of [consoleTable({ color: false })(shown), markdown(shown)]) {
    expect(text.split('journalctl -b --no-pager -e -u soci-snapshotter')).toHaveLength(2)
    expect(text).toContain('aws ssm start-session --target i-1')
  }
})
