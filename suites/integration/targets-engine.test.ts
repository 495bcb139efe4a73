import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ensureEngine, startDaemon } from '../../scripts/engine.ts'
import { engineSockets, findEngine } from '../../src/targets/engine.ts'

const script = `${import.meta.dirname}/../../scripts/with-engine.ts`
const withEngine = (argv: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [script, ...argv], { encoding: 'utf8', env, timeout: 60_000 })

beforeAll(() => ensureEngine(process.env, () => {}))

describe('with-engine', () => {
  test.for([0, 1, 2, 3, 42, 130])('ends with the status %i of its command', (status) => {
    expect(withEngine(['sh', '-c', `exit ${status}`]).status).toBe(status)
  })

  test('gives the command its own streams', () => {
    const { stdout, stderr } = withEngine(['sh', '-c', 'echo out; echo err >&2'])
    expect([stdout, stderr]).toEqual(['out\n', 'err\n'])
  })

  test.for([
    [[], {}, /^usage: .*\n$/],
    [['/nowhere/command'], {}, /^cannot run \/nowhere\/command: .*ENOENT\n$/],
    [
      ['true'],
      { DOCKER_HOST: 'unix:///nowhere.sock' },
      /^cannot use the container engine .*unset DOCKER_HOST\n$/,
    ],
  ] as const)('says in one sentence why it cannot run %j under %j, and exits 3', ([argv, env, sentence]) => {
    const { status, stderr } = withEngine(argv, { ...process.env, ...env })
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringMatching(sentence) })
  })

  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'hands %s to the command, whose status decides',
    async (signal) => {
      const name = signal.slice(3)
      const child = spawn(
        process.execPath,
        [
          script,
          'sh',
          '-c',
          `trap 'echo got ${name}; exit 9' ${name}; echo ready; for i in $(seq 100); do sleep 0.1; done`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let output = ''
      const ready = new Promise<void>((resolve) =>
        child.stdout.on('data', (chunk) => {
          output += chunk
          if (output.includes('ready')) resolve()
        }),
      )
      await ready
      child.kill(signal)
      const [status] = await once(child, 'close')
      expect({ status, output }).toEqual({ status: 9, output: `ready\ngot ${name}\n` })
    },
  )
})

describe('a daemon that is started', () => {
  const daemon = (source: string, deadlineMs: number) => {
    const folder = mkdtempSync(join(tmpdir(), 'amiproof-daemon-'))
    writeFileSync(join(folder, 'daemon.mjs'), source)
    return {
      command: process.execPath,
      argv: [join(folder, 'daemon.mjs'), join(folder, 's.sock')],
      socketPath: join(folder, 's.sock'),
      logFile: join(folder, 'log'),
      deadlineMs,
    }
  }

  test('is waited for until it answers', async () => {
    const late = daemon(
      `import { createServer } from 'node:http'
      setTimeout(() => createServer((_, res) => { res.end('OK'); setTimeout(() => process.exit(), 100) }).listen(process.argv[2]), 400)`,
      20_000,
    )
    await startDaemon(late)
  })

  test('and ends is told with its status and the end of its log', async () => {
    await expect(
      startDaemon(daemon(`console.error('no iptables here'); process.exit(4)`, 20_000)),
    ).rejects.toMatchObject({
      kind: 'usage',
      code: 'daemon-not-started',
      message: expect.stringMatching(/ended with status 4\n.*no iptables here/),
    })
  })

  test('and never answers is told at the deadline, and ended', async () => {
    const began = performance.now()
    await expect(startDaemon(daemon('setInterval(() => {}, 1000)', 700))).rejects.toMatchObject({
      code: 'daemon-not-started',
      message: expect.stringMatching(/no answer on .*s\.sock after 0\.7 s/),
    })
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('the engine', () => {
  test('is looked for where docker and podman listen', () => {
    const sockets = engineSockets({ XDG_RUNTIME_DIR: '/run/user/7' })
    expect(sockets[0]).toBe('/var/run/docker.sock')
    expect(sockets.slice(2)).toEqual([
      '/run/user/7/docker.sock',
      '/run/user/7/podman/podman.sock',
      '/run/podman/podman.sock',
    ])
  })

  test('that DOCKER_HOST names is the one that is used', async () => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'amiproof-engine-')), 'e.sock')
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('OK')
    }).listen(socketPath)
    await findEngine({ DOCKER_HOST: `unix://${socketPath}` })
    server.close()
    expect(asked).toEqual(['/_ping'])
  })
})
