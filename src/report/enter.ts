import type { Subject } from '../result/report.ts'
import { shellWord } from './shell-word.ts'

/** The container of a run is gone when its report is written; this one is started the same way, and stays. */
const keep = (image: string): readonly string[] => [
  `docker run -d --name amiproof-look --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns private --tmpfs /run:exec --tmpfs /run/lock --tmpfs /tmp:exec -v /var/lib/containerd -e container=docker --stop-signal SIGRTMIN+3 --entrypoint /bin/sh ${image} -c '${boot}'`,
  'docker exec -it amiproof-look sh',
  'docker rm -fv amiproof-look',
]

/** systemd needs cgroups that it can write to; on a host with cgroup v1, systemd 256 and 257 also want to be told so. */
const boot =
  'for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do mount -o remount,bind,rw "$d"; done 2>/dev/null; mount -o remount,rw /sys/fs/cgroup; [ -e /sys/fs/cgroup/cgroup.controllers ] || set -- SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 systemd.unified_cgroup_hierarchy=0; exec /usr/lib/systemd/systemd "$@"'

/** How to get a shell on the node of an address, in the order of typing; nothing where the node is not known or is right here. */
export const enterCommands = ({ address, spec }: Pick<Subject, 'address' | 'spec'>): readonly string[] => {
  const [, scheme = '', rest = ''] = /^([^:]*):(.*)$/s.exec(address) ?? []
  const [name = ''] = rest.split('?')
  switch (scheme) {
    case 'docker':
      return keep(name === '' ? '"$(docker images -q amiproof/node | head -n 1)"' : shellWord(name))
    case 'ssh':
      return [`ssh ${shellWord(name)}`, 'sudo -i']
    case 'ssm':
      return [
        `aws ssm start-session --target ${shellWord(name)}${spec?.instance ? ` --region ${shellWord(spec.instance.region)}` : ''}`,
        'sudo -i',
      ]
    case 'local':
      return ['sudo -i']
    default:
      return []
  }
}
