import { check } from './check.ts'
import { all } from './combine.ts'
import { failsByDesign } from './gpu/expected-failures.ts'
import { unitOf } from './seen.ts'
import { trace } from './trace.ts'
import { unitCheck } from './unit-check.ts'
import { equal, none } from './verdict.ts'

export const noneFailed = check({
  id: 'units/none-failed',
  title: 'No unit has failed',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-I09'),
  verify: ({ facts, spec }) =>
    none(
      Object.keys(facts.units).filter(
        (name) => unitOf(facts, name)?.ActiveState === 'failed' && !failsByDesign(spec).includes(name),
      ),
      'no failed unit',
      'systemctl --failed',
    ),
  fix: 'Read `systemctl status UNIT` and `journalctl -u UNIT -b` of each unit that this result names.',
})

export const reloaded = check({
  id: 'units/reloaded',
  title: 'systemd has read every unit file as it is on disk',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-I08', 'RD-O8'),
  verify: ({ facts }) =>
    none(
      Object.keys(facts.units).filter((name) => unitOf(facts, name)?.NeedDaemonReload === 'yes'),
      'no unit that needs a reload',
      'systemctl show: NeedDaemonReload',
    ),
  fix: 'Run `systemctl daemon-reload` after unit files were written, before the units are started.',
})

/** Complaints of units that these depend on are for their packages to settle. */
const ours =
  /\b(containerd|kubelet|runtime|cni-cache-reset|soci-snapshotter|nodeadm-[a-z-]+)\.(service|socket|slice)\b/

/** Judged by kubelet-binary/present, which needs a target that has a kubelet. */
const missingKubelet = /^kubelet\.service: Command \/usr\/bin\/kubelet is not executable/

export const verified = check({
  id: 'units/verified',
  title: 'systemd has nothing to complain of in the units of the node',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-23a', 'KC-16'),
  verify: ({ facts }) =>
    none(
      facts.systemdVerify.filter((line) => ours.test(line) && !missingKubelet.test(line)),
      'no complaint',
      'systemd-analyze verify',
    ),
  fix: 'Correct the key or the reference that systemd-analyze verify names; systemd ignores what it does not know.',
})

export const runtimeSlice = unitCheck({
  id: 'units/runtime-slice',
  title: 'runtime.slice is active',
  severity: 'high',
  controls: trace('PR-A09', 'RD-23a'),
  unit: 'runtime.slice',
  judge: ({ ActiveState }) => equal(ActiveState, 'active', 'runtime.slice: ActiveState'),
  fix: 'Restore /etc/systemd/system/runtime.slice and restart containerd, which pulls the slice in.',
})

export const cniCacheReset = unitCheck({
  id: 'units/cni-cache-reset',
  title: 'Results that CNI kept from before a reboot are cleared at every boot',
  phase: 'image',
  severity: 'medium',
  controls: trace('RD-23a'),
  unit: 'cni-cache-reset.service',
  judge: ({ UnitFileState }) => equal(UnitFileState, 'enabled', 'cni-cache-reset.service: UnitFileState'),
  fix: 'Run `systemctl enable cni-cache-reset.service` when the image is built.',
})

const unwanted = (names: readonly string[], wanted: string) => (facts: Parameters<typeof unitOf>[0]) =>
  all(
    ...names.map((name) => {
      const {
        LoadState = 'not-found',
        ActiveState = 'inactive',
        UnitFileState = '',
      } = unitOf(facts, name) ?? {}
      const there =
        LoadState !== 'not-found' && (ActiveState !== 'inactive' || /^enabled/.test(UnitFileState))
      return none(there ? [`${ActiveState} ${UnitFileState}`.trim()] : [], wanted, name)
    }),
  )

const noDockerUnit = unwanted(
  ['docker.service', 'docker.socket', 'cri-dockerd.service'],
  'neither active nor enabled',
)
export const noDocker = check({
  id: 'units/no-docker',
  title: 'No Docker daemon competes with containerd',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-03'),
  verify: ({ facts }) => noDockerUnit(facts),
  fix: 'Remove docker and cri-dockerd from the image; the kubelet talks to containerd.',
})

const noFirewallUnit = unwanted(['firewalld.service', 'ufw.service'], 'neither active nor enabled')
export const noFirewall = check({
  id: 'units/no-firewall',
  title: 'No firewall manager of the host cuts pods and the kubelet off',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-T3'),
  verify: ({ facts }) => noFirewallUnit(facts),
  fix: 'Disable firewalld and ufw; security groups and network policies guard the node.',
})

const noOldUnit = unwanted(['kubelet-containerd.service', 'dockershim.service'], 'neither active nor enabled')
export const noOldKubeletUnit = check({
  id: 'units/no-old-kubelet',
  title: 'No unit of AL2 times starts a second kubelet',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-I03'),
  verify: ({ facts }) => noOldUnit(facts),
  fix: 'Remove the old units; /etc/systemd/system/kubelet.service alone starts the kubelet.',
})
