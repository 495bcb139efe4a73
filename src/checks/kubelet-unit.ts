import { trace } from './trace.ts'
import { onlyRenderedDropIns, unitCheck } from './unit-check.ts'
import { contains, equal, expected, matches, none } from './verdict.ts'

const unit = 'kubelet.service'
const repair = 'Restore /etc/systemd/system/kubelet.service from the spec and run `systemctl daemon-reload`.'

export const loaded = unitCheck({
  id: 'kubelet-unit/loaded',
  title: 'systemd reads the unit of the kubelet from where EKS puts it',
  phase: 'image',
  severity: 'critical',
  controls: trace('EN-15b'),
  unit,
  judge: ({ LoadState, FragmentPath }) =>
    equal(
      `${LoadState} ${FragmentPath}`,
      'loaded /etc/systemd/system/kubelet.service',
      `${unit}: LoadState, FragmentPath`,
    ),
  fix: repair,
})

export const afterContainerd = unitCheck({
  id: 'kubelet-unit/after-containerd',
  title: 'The kubelet starts after containerd',
  phase: 'image',
  severity: 'high',
  controls: trace('RD-O8'),
  unit,
  judge: ({ After = '' }) => contains(After.split(' '), ['containerd.service'], `${unit}: After`),
  fix: `Set After=containerd.service. ${repair}`,
})

export const slice = unitCheck({
  id: 'kubelet-unit/slice',
  title: 'The kubelet lives in runtime.slice, apart from pods and the system',
  phase: 'image',
  severity: 'high',
  controls: trace('PR-A09'),
  unit,
  judge: ({ Slice }) => equal(Slice, 'runtime.slice', `${unit}: Slice`),
  fix: `Set Slice=runtime.slice. ${repair}`,
})

export const killMode = unitCheck({
  id: 'kubelet-unit/kill-mode',
  title: 'Stopping the kubelet leaves mounts and helpers of pods alone',
  phase: 'image',
  severity: 'medium',
  controls: trace('RD-23a'),
  unit,
  judge: ({ KillMode }) => equal(KillMode, 'process', `${unit}: KillMode`),
  fix: `Set KillMode=process. ${repair}`,
})

export const restart = unitCheck({
  id: 'kubelet-unit/restart',
  title: 'A kubelet that failed is started again',
  phase: 'image',
  severity: 'high',
  controls: trace('RD-23a'),
  unit,
  judge: ({ Restart = '' }) =>
    matches(Restart, /^(always|on-failure)$/, 'always or on-failure', `${unit}: Restart`),
  fix: `Set Restart=on-failure. ${repair}`,
})

export const dropIns = unitCheck({
  id: 'kubelet-unit/drop-ins',
  title: 'The kubelet has no drop-in that nobody asked for',
  phase: 'image',
  severity: 'medium',
  controls: trace('RD-24', 'PR-A24'),
  unit,
  judge: ({ DropInPaths = '' }, spec) => onlyRenderedDropIns(DropInPaths, unit, spec),
  fix: 'Remove the drop-in from the image, or say in the spec what it does; arguments belong into /etc/eks/kubelet/environment.',
})

export const argumentsFromNodeadm = unitCheck({
  id: 'kubelet-unit/arguments',
  title: 'The kubelet is started with the arguments that nodeadm writes',
  phase: 'image',
  severity: 'critical',
  controls: trace('RD-25', 'RD-31'),
  unit,
  judge: ({ ExecStart = '', EnvironmentFiles = '' }) =>
    expected(
      /\$\{?NODEADM_KUBELET_ARGS\b/.test(ExecStart) &&
        EnvironmentFiles.includes('/etc/eks/kubelet/environment'),
      { ExecStart, EnvironmentFiles },
      'ExecStart with $NODEADM_KUBELET_ARGS, EnvironmentFile=/etc/eks/kubelet/environment',
      `${unit}: ExecStart, EnvironmentFiles`,
    ),
  fix: repair,
})

export const forwardAccepts = unitCheck({
  id: 'kubelet-unit/forward',
  title: 'The FORWARD chain is opened before the kubelet starts',
  phase: 'image',
  severity: 'high',
  controls: trace('PR-A02', 'PR-T4'),
  unit,
  judge: ({ ExecStartPre }) =>
    matches(
      ExecStartPre,
      /iptables -P FORWARD ACCEPT/,
      'iptables -P FORWARD ACCEPT',
      `${unit}: ExecStartPre`,
    ),
  fix: `Set ExecStartPre=/sbin/iptables -P FORWARD ACCEPT -w 5. ${repair}`,
})

export const oldArguments = unitCheck({
  id: 'kubelet-unit/no-old-arguments',
  title: 'No environment of AL2 times gives the kubelet arguments besides those of nodeadm',
  phase: 'image',
  severity: 'high',
  controls: trace('RD-25', 'PR-I03'),
  unit,
  judge: ({ ExecStart = '', Environment = '' }) =>
    none(
      `${ExecStart} ${Environment}`.match(/(?<!NODEADM_)\bKUBELET_(EXTRA_)?ARGS\b/g) ?? [],
      'no KUBELET_ARGS or KUBELET_EXTRA_ARGS',
      `${unit}: ExecStart, Environment`,
    ),
  fix: `Move the arguments into spec.kubelet.flags of the NodeConfig. ${repair}`,
})

export const running = unitCheck({
  id: 'kubelet-unit/running',
  title: 'The kubelet runs',
  phase: 'join',
  severity: 'critical',
  controls: trace('PR-I09'),
  needs: ['kubelet'],
  unit,
  judge: ({ ActiveState, SubState }) =>
    equal(`${ActiveState}/${SubState}`, 'active/running', `${unit}: ActiveState/SubState`),
  fix: 'Read `journalctl -u kubelet -b` and `journalctl -u nodeadm-run -b` for why it is not running.',
})

export const restarts = unitCheck({
  id: 'kubelet-unit/restarts',
  title: 'The kubelet has not been restarted by systemd since boot',
  phase: 'join',
  severity: 'high',
  controls: trace('PR-I09'),
  needs: ['kubelet'],
  unit,
  judge: ({ NRestarts }) => equal(NRestarts, '0', `${unit}: NRestarts`),
  fix: 'Read `journalctl -u kubelet -b` for the exits before the restarts.',
})
