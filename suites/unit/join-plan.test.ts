import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planJoin } from '../../src/render/join-plan.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const read = (): NodeSpec => parseNodeSpec(readFileSync('fixtures/specs/docker-node.json', 'utf8'))

/** docker-node with everything that adds a step. */
const everything = (): NodeSpec => {
  const spec = read()
  if (spec.instance) {
    spec.instance.type = 'm5.xlarge'
    spec.instance.cpuCount = 4
    spec.instance.memoryBytes = 2 ** 34
  }
  if (spec.join) {
    const { cluster } = spec.join.spec
    spec.join.spec = {
      ...spec.join.spec,
      cluster: { ...cluster, enableOutpost: true, id: 'cluster-id' },
      featureGates: { FastImagePull: true, InstanceIdNodeName: true },
      instance: {
        localStorage: { strategy: 'RAID0', mountPath: '/mnt/x', disabledMounts: ['PodLogs'] },
        environment: { default: { HTTPS_PROXY: 'http://192.0.2.1:3128' } },
        network: { nameservers: ['192.0.2.2'] },
      },
    }
  }
  return spec
}

test('an image that does not join has no plan', () => {
  const { join: _, ...image } = read()
  expect(planJoin(image)).toEqual([])
})

test('joining goes in this order', () => {
  const resolve = () => ['203.0.113.10']
  expect(planJoin(everything(), { resolve }).map(({ phase, id }) => `${phase} ${id}`)).toEqual([
    'boot-hook manage-interfaces',
    'config read-node-config',
    'config set-own-environment',
    'config identify-instance',
    'config read-versions',
    'config write-environment',
    'config write-name-resolution',
    'config configure-containerd',
    'config compute-max-pods',
    'config write-ca-certificate',
    'config pin-outpost-hosts',
    'config write-kubelet-config',
    'config write-kubeconfig',
    'config write-credential-provider',
    'config write-kubelet-arguments',
    'config cache-node-config',
    'run mark-start',
    'run set-up-local-disks',
    'run start-containerd',
    'run start-kubelet',
  ])
})

test('disks, daemons and the pause image of SOCI are commands', () => {
  const commands = planJoin(everything()).flatMap(({ phase, runs }) => (phase === 'run' ? runs : []))
  expect(commands.map((words) => words.join(' '))).toEqual([
    'setup-local-disks raid0 --dir /mnt/x --no-bind-pods-logs',
    'systemctl restart containerd',
    'ctr -n k8s.io images import --snapshotter soci --discard-unpacked-layers=false --local /etc/eks/pause.tar',
    'systemctl daemon-reload',
    'systemctl restart kubelet',
  ])
})

test('EC2 is not asked for a name that the instance id gives', () => {
  const asks = (spec: NodeSpec): boolean =>
    planJoin(spec).some(({ reads }) => reads.includes('ec2:DescribeInstances'))
  expect([asks(read()), asks(everything())]).toEqual([true, false])
})

test('steps name items that the traceability list has', () => {
  const items: readonly { readonly id: string }[] = JSON.parse(readFileSync('docs/traceability.json', 'utf8'))
  const known = new Set(items.map(({ id }) => id))
  const named = planJoin(everything()).flatMap(({ traceIds }) => traceIds)
  expect(named.filter((id) => !known.has(id))).toEqual([])
  expect(named).toEqual(
    expect.arrayContaining(['RD-O1', 'RD-O2', 'RD-O3', 'RD-O4', 'RD-O6', 'RD-O7', 'RD-O8']),
  )
})
