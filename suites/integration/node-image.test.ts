import { readFileSync } from 'node:fs'
import type Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { text } from '../../src/lib/exec.ts'
import { renderNode } from '../../src/render/index.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { buildImage } from '../../src/targets/build-image.ts'
import { findEngine } from '../../src/targets/engine.ts'
import { ensureNodeImage, nodeSpecPath, nodeVariants } from '../../src/targets/node-image.ts'
import { openTarget } from '../../src/targets/open.ts'
import type { OpenOptions } from '../../src/targets/options.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import { tar } from '../../src/targets/tar.ts'
import type { Target } from '../../src/targets/target.ts'

const Record_ = z.strictObject({
  schema: z.literal(1),
  base: z.literal('debian:trixie-slim'),
  variant: z.enum(['trixie', 'forky']),
  packages: z.record(z.string(), z.string().regex(/^[0-9]/)),
  sha256: z.record(z.string().startsWith('/'), z.string().regex(/^[0-9a-f]{64}$/)),
})

describe.for(nodeVariants)('the default node with containerd %s', (variant) => {
  let node: Target
  beforeAll(async () => {
    node = await openTarget(`docker:?containerd=${variant}`, {
      owner: ownerHere(`image-${process.pid}`, 20, new Date()),
      env: process.env,
    })
  })
  afterAll(() => node?.[Symbol.asyncDispose]())

  const sh = async (script: string): Promise<string> => text((await node.exec(script)).stdout).trim()

  test('boots to running, with no failed unit and no job left', async () => {
    expect(
      await sh(
        'systemctl is-system-running; systemctl list-units --failed --no-legend; systemctl list-jobs --no-legend',
      ),
    ).toBe('running')
  })

  test('boots in seconds', async () => {
    const seconds = await sh(
      'systemctl show -p UserspaceTimestampMonotonic -p FinishTimestampMonotonic --value | paste -sd " "',
    )
    const [start = 0, finish = 0] = seconds.split(' ').map(Number)
    expect(finish).toBeGreaterThan(0)
    expect((finish - start) / 1e6).toBeLessThan(30)
  })

  test('warns of nothing in its journal, but for what a container cannot have', async () => {
    const lines = (
      await sh(
        'journalctl -b -q --no-pager -o cat -p warning _TRANSPORT=journal + _TRANSPORT=stdout + _TRANSPORT=syslog',
      )
    ).split('\n')
    const known = [
      // Both of systemd's and Debian's tmpfiles configuration name /run/lock.
      /^\/usr\/lib\/tmpfiles\.d\/legacy\.conf:\d+: Duplicate line for path "\/run\/lock"/,
    ]
    expect(lines.filter((line) => line !== '' && !known.some((pattern) => pattern.test(line)))).toEqual([])
  })

  test('holds every rendered file with its mode, owner and text', async () => {
    const spec = parseNodeSpec(readFileSync(nodeSpecPath(variant), 'utf8'))
    const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64'
    const files = renderNode({ ...spec, image: { ...spec.image, arch } })
    expect(files.length).toBeGreaterThan(20)
    const found = await sh(
      files.map(({ path }) => `stat -c '%a %U:%G' ${path}; base64 -w0 ${path}; echo`).join('\n'),
    )
    expect(found.split('\n')).toEqual(
      files.flatMap(({ mode, owner, text }) => [
        `${mode.replace(/^0/, '')} ${owner}`,
        Buffer.from(text).toString('base64'),
      ]),
    )
  })

  test('has the folders of an EKS node, root’s and closed to other writers', async () => {
    const folders = [
      '/etc/eks',
      '/etc/eks/image-credential-provider',
      '/etc/kubernetes/kubelet',
      '/etc/kubernetes/manifests',
      '/etc/kubernetes/pki',
      '/opt/cni/bin',
      '/var/lib/kubelet',
      '/var/lib/kubernetes',
    ]
    expect(await sh(`stat -c '%a %U:%G %n' ${folders.join(' ')}`)).toBe(
      folders.map((folder) => `755 root:root ${folder}`).join('\n'),
    )
    expect(await sh('ls -A /etc/kubernetes/manifests')).toBe('')
    expect(
      await sh(
        'for plugin in bridge host-local loopback portmap; do test -x /opt/cni/bin/$plugin || echo $plugin; done',
      ),
    ).toBe('')
  })

  test('says what it was made of, and that is what it has', async () => {
    const record = Record_.parse(JSON.parse(await sh('cat /etc/eks/amiproof-image.json')))
    expect(record.packages.containerd).toMatch(new RegExp(`^${variant.replace('.', '\\.')}\\.`))
    const sums = Object.entries(record.sha256).map(([path, sum]) => `${sum}  ${path}`)
    expect(sums.length).toBeGreaterThan(10)
    expect(await sh(`sha256sum --quiet --check <<'END' && echo same\n${sums.join('\n')}\nEND`)).toBe('same')
  })

  test('has a kubelet unit that is not enabled, and no kubelet', async () => {
    expect(
      await sh(
        'systemctl show kubelet -p LoadState -p UnitFileState -p ActiveState; test -e /usr/bin/kubelet || echo none',
      ),
    ).toBe('LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\nnone')
  })

  test('applies its own net.* sysctls and leaves the host’s others alone', async () => {
    expect(
      await sh(
        'sysctl -n net.ipv4.tcp_keepalive_time net.ipv4.ip_forward; test -w /proc/sys/vm/max_map_count || echo read-only',
      ),
    ).toBe('600\n1\nread-only')
  })

  test('has keys and a machine id of its own, not of the image', async () => {
    expect(await sh('stat -c %a /etc/ssh/ssh_host_*_key; grep -c . /etc/machine-id')).toBe('600\n1')
    const engine = await findEngine(process.env)
    const tag = await ensureNodeImage(engine, variant, { env: process.env })
    await using twin = await openTarget(`docker:${tag}`, {
      owner: ownerHere(`image-${process.pid}`, 20, new Date()),
      env: process.env,
    })
    const identity = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub'
    expect(text((await twin.exec(identity)).stdout).trim()).not.toBe(await sh(identity))
  })

  test('puts containerd into the runtime slice', async () => {
    expect(await sh('systemctl show containerd -p Slice --value')).toBe('runtime.slice')
  })
})

describe('a build', () => {
  let engine: Docker
  beforeAll(async () => {
    engine = await findEngine(process.env)
  })
  const ours = async (): Promise<string[]> => {
    const images = await engine.listImages({
      filters: { dangling: ['true'], label: [`test=${process.pid}`] },
    })
    return images.map(({ Id }) => Id)
  }
  const build = (dockerfile: string, options: Pick<OpenOptions, 'signal' | 'progress'> = {}): Promise<void> =>
    buildImage(
      engine,
      {
        tag: 'amiproof/test:broken',
        context: tar([{ path: 'Dockerfile', mode: 0o644, content: dockerfile }]),
      },
      { buildArguments: {}, ...options },
    )
  const head = `FROM debian:trixie-slim\nLABEL amiproof.build=test test=${process.pid}\n`

  test('that fails says what its step printed, and leaves nothing', async () => {
    await expect(build(`${head}RUN echo one\nRUN echo the reason; exit 7\n`)).rejects.toMatchObject({
      kind: 'target',
      code: 'image-build-failed',
      message: expect.stringMatching(/amiproof\/test:broken(.|\n)*the reason/),
    })
    expect(await ours()).toEqual([])
  })

  test.for(['step 3/4', 'step 4/4'])('that is interrupted at %s leaves nothing', async (moment) => {
    const abort = new AbortController()
    const progress = (line: string) => {
      if (line.startsWith(moment)) setTimeout(() => abort.abort(new Error('enough')), 300)
    }
    const running = build(`${head}RUN sleep 2; echo ${moment}\nRUN sleep 60\n`, {
      signal: abort.signal,
      progress,
    })
    await expect(running).rejects.toMatchObject({ kind: 'interrupted' })
    expect(await ours()).toEqual([])
    await expect
      .poll(
        async () => (await engine.listContainers({ filters: { label: [`test=${process.pid}`] } })).length,
        { timeout: 15_000 },
      )
      .toBe(0)
  })

  test('of an image that the engine has is none', async () => {
    const lines: string[] = []
    await ensureNodeImage(engine, '1.7', { env: process.env, progress: (line) => lines.push(line) })
    expect(lines).toEqual([])
  })
})
