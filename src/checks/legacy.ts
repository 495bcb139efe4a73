import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { asksFor } from './legacy-components.ts'
import { seenTarget } from './seen.ts'
import { trace } from './trace.ts'
import { unitCheck } from './unit-check.ts'
import { equal, expected } from './verdict.ts'

/** What images had once. It is judged where the spec still asks for it, and is not applicable elsewhere, for the reason that it gives. */
const stillAsked = (component: Parameters<typeof asksFor>[1], unless: string) => ({
  applies: (spec: NodeSpec) => asksFor(spec, component),
  unless,
})

export const sandboxUnit = unitCheck({
  ...stillAsked(
    'sandbox-image',
    'the sandbox image is baked in and pinned since 2024, as image/sandbox-cached and image/sandbox-pinned say',
  ),
  id: 'legacy/sandbox-image-unit',
  title: 'The unit that pulls the sandbox image is enabled',
  phase: 'image',
  severity: 'high',
  controls: trace('PR-A18', 'EN-15a', 'PR-I04'),
  unit: 'sandbox-image.service',
  judge: ({ UnitFileState }) => equal(UnitFileState, 'enabled', 'sandbox-image.service: UnitFileState'),
  fix: 'Enable sandbox-image.service, or bake the image in and take sandbox-image out of image.components.',
})

export const authenticator = check({
  ...stillAsked(
    'aws-iam-authenticator',
    'the kubeconfig gets its token from the AWS CLI, as kubeconfig/exec-command says',
  ),
  id: 'legacy/iam-authenticator',
  title: 'The authenticator that the kubeconfig calls is there',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A30'),
  verify: ({ facts }) => {
    const path = '/usr/bin/aws-iam-authenticator'
    const seen = seenTarget(facts, path)
    return equal(
      seen && { kind: seen.kind, mode: seen.mode, owner: seen.owner },
      { kind: 'file', mode: '0755', owner: 'root:root' },
      path,
    )
  },
  fix: 'Install aws-iam-authenticator after its checksum was compared, or take it out of image.components.',
})

export const logCollector = check({
  ...stillAsked(
    'log-collector-script',
    'logs are collected by `amiproof logs`, and AWS sends its script by an SSM document',
  ),
  id: 'legacy/log-collector',
  title: 'The script that collects logs is on the image',
  phase: 'image',
  severity: 'low',
  tags: ['node'],
  controls: trace('PR-A37'),
  verify: ({ facts }) => {
    const path = '/etc/eks/log-collector-script/eks-log-collector.sh'
    const seen = seenTarget(facts, path)
    return expected(seen?.kind === 'file', seen?.kind, 'a file', path)
  },
  fix: 'Install the script of amazon-eks-ami, or take log-collector-script out of image.components.',
})

export const crictl = check({
  ...stillAsked(
    'crictl',
    'images on Amazon Linux 2023 carry nerdctl instead, and the spec does not ask for crictl',
  ),
  id: 'legacy/crictl',
  title: 'crictl is there for who debugs the node',
  phase: 'image',
  severity: 'low',
  tags: ['node'],
  controls: trace('RD-07'),
  verify: ({ facts }) =>
    expected(facts.programs.crictl !== undefined, 'no crictl on the PATH', 'crictl', 'PATH'),
  fix: 'Install cri-tools when the image is built, or take crictl out of image.components.',
})
