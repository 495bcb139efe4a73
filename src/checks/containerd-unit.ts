import { isSociOn } from '../render/soci.ts'
import { trace } from './trace.ts'
import { onlyRenderedDropIns, unitCheck } from './unit-check.ts'
import { atLeast, contains, equal, expected, oneOf } from './verdict.ts'

const unit = 'containerd.service'
const repair =
  'Restore the unit of the package and the drop-ins of the spec, then run `systemctl daemon-reload` and restart containerd.'

export const active = unitCheck({
  id: 'containerd-unit/active',
  title: 'containerd runs',
  severity: 'critical',
  controls: trace('PR-I09', 'RD-03'),
  unit,
  judge: ({ ActiveState, SubState }) =>
    equal(`${ActiveState}/${SubState}`, 'active/running', `${unit}: ActiveState/SubState`),
  fix: 'Read `journalctl -u containerd -b` for why it stopped; a configuration that it refuses is named there.',
})

export const enabled = unitCheck({
  id: 'containerd-unit/enabled',
  title: 'containerd starts at every boot',
  phase: 'image',
  severity: 'critical',
  controls: trace('PR-I09'),
  unit,
  judge: ({ UnitFileState }) =>
    oneOf(UnitFileState, ['enabled', 'enabled-runtime'], `${unit}: UnitFileState`),
  fix: 'Run `systemctl enable containerd` when the image is built.',
})

export const restarts = unitCheck({
  id: 'containerd-unit/restarts',
  title: 'containerd has not been restarted by systemd since boot',
  severity: 'high',
  controls: trace('PR-I09'),
  unit,
  judge: ({ NRestarts }) => equal(NRestarts, '0', `${unit}: NRestarts`),
  fix: 'Read `journalctl -u containerd -b` for the exits before the restarts.',
})

export const slice = unitCheck({
  id: 'containerd-unit/slice',
  title: 'containerd lives in runtime.slice, where the kubelet accounts for it',
  severity: 'high',
  controls: trace('PR-A09'),
  unit,
  judge: ({ Slice }) => equal(Slice, 'runtime.slice', `${unit}: Slice`),
  fix: 'Put Slice=runtime.slice into /etc/systemd/system/containerd.service.d/00-runtime-slice.conf, reload systemd and restart containerd.',
})

export const delegate = unitCheck({
  id: 'containerd-unit/delegate',
  title: 'systemd leaves the cgroups below containerd to containerd',
  severity: 'high',
  controls: trace('PR-T1', 'PR-T5'),
  unit,
  judge: ({ Delegate }) => equal(Delegate, 'yes', `${unit}: Delegate`),
  fix: `Set Delegate=yes, as the unit of the containerd project does. ${repair}`,
})

export const killMode = unitCheck({
  id: 'containerd-unit/kill-mode',
  title: 'Stopping containerd leaves the containers running',
  severity: 'high',
  controls: trace('PR-T1', 'PR-T5'),
  unit,
  judge: ({ KillMode }) => equal(KillMode, 'process', `${unit}: KillMode`),
  fix: `Set KillMode=process, as the unit of the containerd project does. ${repair}`,
})

export const tasks = unitCheck({
  id: 'containerd-unit/tasks',
  title: 'No limit of tasks stops containerd from starting containers',
  severity: 'high',
  controls: trace('PR-T1', 'RD-05'),
  unit,
  judge: ({ TasksMax }) => equal(TasksMax, 'infinity', `${unit}: TasksMax`),
  fix: `Set TasksMax=infinity, as the unit of the containerd project does. ${repair}`,
})

export const oomScore = unitCheck({
  id: 'containerd-unit/oom-score',
  title: 'The kernel kills nearly everything else before containerd',
  severity: 'high',
  controls: trace('PR-T1'),
  unit,
  judge: ({ OOMScoreAdjust }) => equal(OOMScoreAdjust, '-999', `${unit}: OOMScoreAdjust`),
  fix: `Set OOMScoreAdjust=-999, as the unit of the containerd project does. ${repair}`,
})

export const openFiles = unitCheck({
  id: 'containerd-unit/open-files',
  title: 'containerd may open as many files as it has containers to hold',
  severity: 'medium',
  controls: trace('PR-T1'),
  unit,
  judge: ({ LimitNOFILE }) =>
    LimitNOFILE === 'infinity'
      ? expected(true, LimitNOFILE, '', unit)
      : atLeast(LimitNOFILE, 65_536, `${unit}: LimitNOFILE`),
  fix: `Set LimitNOFILE to infinity or to at least 65536. ${repair}`,
})

export const restart = unitCheck({
  id: 'containerd-unit/restart',
  title: 'A containerd that ends is started again',
  severity: 'high',
  controls: trace('PR-T5'),
  unit,
  judge: ({ Restart }) => equal(Restart, 'always', `${unit}: Restart`),
  fix: `Set Restart=always, as the unit of the containerd project does. ${repair}`,
})

export const notifies = unitCheck({
  id: 'containerd-unit/notifies',
  title: 'systemd knows when containerd is ready, and starts the kubelet only then',
  severity: 'medium',
  controls: trace('PR-T5', 'RD-O7'),
  unit,
  judge: ({ Type }) => equal(Type, 'notify', `${unit}: Type`),
  fix: `Set Type=notify, as the unit of the containerd project does. ${repair}`,
})

export const dropIns = unitCheck({
  id: 'containerd-unit/drop-ins',
  title: 'containerd has no drop-in that nobody asked for',
  phase: 'image',
  severity: 'medium',
  controls: trace('PR-A13'),
  unit,
  judge: ({ DropInPaths = '' }, spec) => onlyRenderedDropIns(DropInPaths, unit, spec),
  fix: 'Remove the drop-in from the image, or put what it does into the spec.',
})

export const afterSoci = unitCheck({
  id: 'containerd-unit/after-soci',
  title: 'containerd starts after the SOCI snapshotter that it needs',
  phase: 'join',
  severity: 'high',
  controls: trace('KC-05'),
  applies: isSociOn,
  unless: 'the spec does not ask for SOCI, or the instance is too small for it',
  unit,
  judge: ({ After = '' }) => contains(After.split(' '), ['soci-snapshotter.service'], `${unit}: After`),
  fix: 'Let nodeadm write /etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf again and reload systemd.',
})
