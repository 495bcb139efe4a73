import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { seenFile, seenTarget, seenText } from './seen.ts'
import { trace } from './trace.ts'
import { unitCheck } from './unit-check.ts'
import { contains, equal, expected, fail, oneOf } from './verdict.ts'

/** Parts of an EKS image on Amazon Linux 2023 that another distribution does not have. */
const only = {
  applies: ({ image }: NodeSpec) => image.os === 'al2023',
  unless: 'the operating system is not Amazon Linux 2023, which ships this',
} as const

export const nodeadm = check({
  ...only,
  id: 'al2023/nodeadm',
  title: 'nodeadm is there to configure the node',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A01', 'RD-08'),
  verify: ({ facts }) => {
    const seen = seenTarget(facts, '/usr/bin/nodeadm')
    return equal(
      seen && { kind: seen.kind, mode: seen.mode, owner: seen.owner },
      { kind: 'file', mode: '0755', owner: 'root:root' },
      '/usr/bin/nodeadm',
    )
  },
  fix: 'Install nodeadm into /usr/bin with mode 0755 when the image is built.',
})

const nodeadmUnits = [
  [
    'nodeadm-config.service',
    'config',
    'nodeadm configures containerd and the kubelet before cloud-init runs',
  ],
  ['nodeadm-run.service', 'run', 'nodeadm starts containerd and the kubelet after cloud-init'],
  ['nodeadm-boot-hook.service', 'boot-hook', 'nodeadm waits for the network before anything else'],
] as const

export const nodeadmServices = nodeadmUnits.map(([unit, slug, title]) =>
  unitCheck({
    ...only,
    id: `al2023/nodeadm-${slug}`,
    title,
    phase: 'image',
    severity: 'critical',
    controls: trace('RD-O*', 'RD-O7', 'RD-19'),
    unit,
    judge: ({ UnitFileState }) => equal(UnitFileState, 'enabled', `${unit}: UnitFileState`),
    fix: `Run \`systemctl enable ${unit}\` when the image is built.`,
  }),
)

export const nodeadmWorked = check({
  ...only,
  id: 'al2023/nodeadm-worked',
  title: 'nodeadm has done all of its steps without an error, in their order',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-O*', 'RD-O1', 'RD-O7', 'RD-O8'),
  verify: ({ facts }) => {
    const ended = (unit: string) => {
      const { Result, ExecMainStatus } = facts.units[unit] ?? {}
      return equal(
        { Result, ExecMainStatus },
        { Result: 'success', ExecMainStatus: '0' },
        `${unit}: Result, ExecMainStatus`,
      )
    }
    const since = (unit: string) => Number(facts.units[unit]?.InactiveExitTimestampMonotonic ?? 0)
    const order = ['nodeadm-boot-hook.service', 'nodeadm-config.service', 'nodeadm-run.service'].filter(
      (unit) => since(unit) > 0,
    )
    return all(
      ended('nodeadm-config.service'),
      ended('nodeadm-run.service'),
      equal(
        order.toSorted((a, b) => since(a) - since(b)),
        order,
        'nodeadm units: InactiveExitTimestampMonotonic',
      ),
    )
  },
  fix: 'Read `journalctl -b -u nodeadm-config -u nodeadm-run`: the last error names the step and the file.',
})

export const ssmAgent = unitCheck({
  ...only,
  id: 'al2023/ssm-agent',
  title: 'The SSM agent starts at boot, and the kernel kills nearly everything else before it',
  phase: 'image',
  severity: 'high',
  controls: trace('PR-A04'),
  unit: 'amazon-ssm-agent.service',
  judge: ({ UnitFileState, OOMScoreAdjust }) =>
    equal(
      { UnitFileState, OOMScoreAdjust },
      { UnitFileState: 'enabled', OOMScoreAdjust: '-999' },
      'amazon-ssm-agent.service: UnitFileState, OOMScoreAdjust',
    ),
  fix: 'Enable amazon-ssm-agent and give it a drop-in with OOMScoreAdjust=-999: it is the only way into most nodes.',
})

export const chrony = unitCheck({
  ...only,
  id: 'al2023/chrony',
  title: 'The clock is kept right by chrony',
  severity: 'high',
  controls: trace('PR-I09'),
  unit: 'chronyd.service',
  judge: ({ ActiveState }) => equal(ActiveState, 'active', 'chronyd.service: ActiveState'),
  fix: 'Enable chronyd: signatures of AWS requests are refused when the clock is more than five minutes off.',
})

export const netUtilsMasked = check({
  ...only,
  id: 'al2023/net-utils',
  title: 'ec2-net-utils leaves the routes of the CNI alone',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A05'),
  verify: ({ facts }) => {
    const path = '/etc/udev/rules.d/99-vpc-policy-routes.rules'
    const seen = seenFile(facts, path)
    if (seen === undefined) return fail('absent', 'a link to /dev/null, or an empty file', path)
    const target = facts.stats.entries[path]?.target
    return expected(
      target === '/dev/null' || (seenText(facts, path) ?? '') === '',
      target ?? seen.kind,
      'a link to /dev/null, or an empty file',
      path,
    )
  },
  fix: 'Mask the rule: ln -s /dev/null /etc/udev/rules.d/99-vpc-policy-routes.rules.',
})

export const versionLock = check({
  ...only,
  id: 'al2023/version-lock',
  title: 'An update of the system does not change containerd or runc',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-14a', 'PR-A11'),
  verify: ({ facts }) => {
    const path = '/etc/dnf/plugins/versionlock.list'
    const locked = (seenText(facts, path) ?? '')
      .split('\n')
      .flatMap((line) => /^(?:\d+:)?([a-z][a-z0-9.+-]*?)-\d*:?\d/.exec(line.trim())?.[1] ?? [])
    return contains(locked, ['containerd', 'runc'], path)
  },
  fix: 'Run `dnf versionlock add containerd runc` at the end of the build.',
})

export const selinux = check({
  ...only,
  id: 'al2023/selinux',
  title: 'SELinux is on, as Amazon Linux ships it',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-08', 'RD-03a'),
  needs: ['selinux'],
  verify: ({ facts }) => oneOf(facts.surroundings.selinuxEnforce, ['0', '1'], '/sys/fs/selinux/enforce'),
  fix: 'Remove selinux=0 from the kernel command line; permissive is what EKS images run with.',
})

export const awsCli = check({
  ...only,
  id: 'al2023/aws-cli',
  title: 'The AWS CLI is there, which gets the node its token',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A03', 'RD-27'),
  verify: ({ facts }) => expected(facts.programs.aws !== undefined, 'no aws on the PATH', 'aws', 'PATH'),
  fix: 'Install awscli-2 from the repositories of Amazon Linux when the image is built.',
})

export const credentialProvider = check({
  ...only,
  id: 'al2023/ecr-credential-provider',
  title: 'The ECR credential provider can be run by root, and changed by root alone',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A32', 'RD-22'),
  verify: ({ facts }) => {
    const path = '/etc/eks/image-credential-provider/ecr-credential-provider'
    const seen = seenTarget(facts, path)
    return equal(
      seen && { kind: seen.kind, mode: seen.mode, owner: seen.owner },
      { kind: 'file', mode: '0755', owner: 'root:root' },
      path,
    )
  },
  fix: 'Install the provider of the Kubernetes version, after its checksum was compared: nodeadm does not write the kubelet’s flags without it.',
})
