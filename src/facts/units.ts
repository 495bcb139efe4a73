import { type Exec, text } from '../lib/exec.ts'
import { absent, cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/** systemd properties of one unit, as `systemctl show` prints them; a property printed several times keeps its lines. */
export type Unit = Readonly<Record<string, string>>

/** Asked for by name as well, because a unit that nothing refers to is not loaded; missing ones answer `LoadState=not-found`. */
const named = [
  'amazon-ssm-agent.service',
  'chronyd.service',
  'cni-cache-reset.service',
  'containerd.service',
  'docker.service',
  'docker.socket',
  'firewalld.service',
  'kubelet.service',
  'nftables.service',
  'nodeadm-boot-hook.service',
  'nodeadm-config.service',
  'nodeadm-run.service',
  'nvidia-fabricmanager.service',
  'nvidia-persistenced.service',
  'runtime.slice',
  'sandbox-image.service',
  'soci-snapshotter.service',
  'soci-snapshotter.socket',
  'ssh.service',
  'sshd.service',
  'systemd-networkd.service',
  'systemd-resolved.service',
  'system.slice',
  'ufw.service',
]

const properties = [
  'Id,Names,LoadState,ActiveState,SubState,UnitFileState,UnitFilePreset,Result,NeedDaemonReload,NRestarts,Type,Description',
  'FragmentPath,DropInPaths,SourcePath,After,Before,Requires,Wants,BindsTo,PartOf,WantedBy,RequiredBy,Conflicts,TriggeredBy,Triggers',
  'ExecStart,ExecStartPre,ExecStartPost,ExecMainStatus,ExecMainCode,ExecMainPID,MainPID,Environment,EnvironmentFiles,User,Group',
  'Slice,ControlGroup,Delegate,KillMode,KillSignal,OOMScoreAdjust,TasksMax,CPUAccounting,MemoryAccounting,MemoryMax,MemoryHigh,CPUWeight',
  'LimitNOFILE,LimitNOFILESoft,LimitNPROC,LimitNPROCSoft,LimitCORE,LimitCORESoft,LimitMEMLOCK',
  'Restart,RestartUSec,TimeoutStartUSec,TimeoutStopUSec,WatchdogUSec,Listen,What,Where,Options,ConditionResult,AssertResult',
  'ActiveEnterTimestampMonotonic,InactiveExitTimestampMonotonic,ActiveEnterTimestamp',
]

/** Every unit that systemd knows of, by its id, e.g. `containerd.service`. Aliases (`Names`) are not listed again. */
export const units = fact({
  probe: `systemctl show --no-pager --property=${properties.join(',')} -- '*' ${named.join(' ')}`,
  version: 1,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): Readonly<Record<string, Unit>> => {
    refuseWithoutSystemd(raw, 'the state of units')
    const found = text(raw.stdout).split(/\n\n+/).map(unit)
    return record(found.flatMap((one) => (one.Id ? [[one.Id, one] as const] : [])))
  },
})

/** `KEY=value` blocks; a line without a key goes on with the value before it. */
export const unit = (block: string): Unit => {
  const values = new Map<string, string>()
  let last: string | undefined
  for (const line of lines(block)) {
    const [, key, value = ''] = /^([A-Za-z0-9]+)=(.*)$/s.exec(line) ?? []
    if (key === undefined && last === undefined) continue
    const name = key ?? last ?? ''
    const before = values.get(name)
    const next = key === undefined ? line : value
    values.set(name, before === undefined ? next : `${before}\n${next}`)
    last = name
  }
  return record(values)
}

/** Says so when there is no systemd to ask: that proves nothing about the image. */
export const refuseWithoutSystemd = (raw: Exec, subject: string): void => {
  if (raw.exitCode === noSuchCommand) throw cannotShow(subject, 'it has no systemctl')
  const said = text(raw.stderr)
  if (/not been booted with systemd|Failed to connect to (?:system )?bus|Host is down/i.test(said))
    throw cannotShow(subject, 'systemd is not running on it')
  if (raw.stdout.length === 0) throw absent(subject, raw)
}
