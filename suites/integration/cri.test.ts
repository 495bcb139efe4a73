import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../src/lib/exec.ts'
import { findEngine } from '../../src/targets/engine.ts'
import { nodeVariants } from '../../src/targets/node-image.ts'
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'
import { type Cri, criOf } from './cri-client.ts'

const pod = {
  metadata: { name: 'probe', uid: 'probe-uid', namespace: 'default' },
  hostname: 'probe',
  log_directory: '/var/log/pods/probe',
  linux: { cgroup_parent: 'kubepods.slice' },
}

describe.for(nodeVariants)('containerd %s on the default node', (variant) => {
  let node: Target
  let cri: Cri
  beforeAll(async () => {
    const run = `cri-${variant}-${process.pid}`
    const owner = ownerHere(run, 20, new Date())
    node = await openTarget(`docker:?containerd=${variant}`, { owner, env: process.env })
    const engine = await findEngine(process.env)
    const [found] = await engine.listContainers({ filters: { label: [`amiproof.run=${run}`] } })
    cri = await criOf(engine.getContainer(found?.Id ?? ''))
  })
  afterAll(async () => {
    cri?.[Symbol.dispose]()
    await node?.[Symbol.asyncDispose]()
  })

  const sh = async (script: string): Promise<string> => text((await node.exec(script)).stdout).trim()

  test('is the containerd that the variant names', async () => {
    const answer = await cri.call('Version')
    expect(answer.runtime_name).toBe('containerd')
    expect(answer.runtime_version).toMatch(new RegExp(`^v?${variant.replace('.', '\\.')}\\.`))
  })

  test('says that runtime and network are ready', async () => {
    const { status } = await cri.call('Status')
    expect(status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'RuntimeReady', status: true }),
        expect.objectContaining({ type: 'NetworkReady', status: true }),
      ]),
    })
  })

  test('has the sandbox image, pinned, and no other', async () => {
    expect((await cri.call('ListImages')).images).toEqual([
      expect.objectContaining({ repo_tags: ['localhost/kubernetes/pause:latest'], pinned: true }),
    ])
  })

  test('runs a pod with an address that answers, and a container with limits in it', async () => {
    const { pod_sandbox_id } = await cri.call('RunPodSandbox', { config: pod })
    const { status } = await cri.call('PodSandboxStatus', { pod_sandbox_id })
    expect(status).toMatchObject({
      state: 'SANDBOX_READY',
      network: { ip: expect.stringMatching(/^10\.244\.7\.\d+$/) },
    })

    const { container_id } = await cri.call('CreateContainer', {
      pod_sandbox_id,
      sandbox_config: pod,
      config: {
        metadata: { name: 'main' },
        image: { image: 'localhost/kubernetes/pause:latest' },
        log_path: 'main.log',
        linux: {
          resources: { cpu_period: 100_000, cpu_quota: 20_000, memory_limit_in_bytes: 32 * 1024 * 1024 },
        },
      },
    })
    await cri.call('StartContainer', { container_id })
    expect((await cri.call('ContainerStatus', { container_id })).status).toMatchObject({
      state: 'CONTAINER_RUNNING',
    })

    const pid = await sh(`ctr -n k8s.io tasks ls | awk '$1 == "${container_id}" { print $2 }'`)
    expect(
      await sh(`cat /proc/${pid}/comm; grep -c kubepods /proc/${pid}/cgroup | awk '{ print ($1 > 0) }'`),
    ).toBe('pause\n1')
    expect(await sh(`tr '\\0' ' ' </proc/${pid}/cmdline`)).toBe('/pause')
    // The pod has eth0 in a network namespace of its own, and its end of the bridge is up.
    expect(await sh(`nsenter -t ${pid} -n ip -o -4 addr show eth0 | awk '{ print $4 }'`)).toMatch(
      /^10\.244\.7\.\d+\/24$/,
    )
    expect(await sh('ip -o link show master cni0 up | wc -l')).toBe('1')

    await cri.call('StopPodSandbox', { pod_sandbox_id })
    await cri.call('RemovePodSandbox', { pod_sandbox_id })
    expect(await sh('ctr -n k8s.io containers ls -q; ip -o link show master cni0')).toBe('')
  })
})
