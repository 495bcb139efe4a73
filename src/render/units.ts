import { imageFile } from './image-file.ts'
import { kubeletEnvironmentPath } from './kubelet-environment.ts'
import type { NodeFile } from './node-file.ts'

/** One unit file from its sections; a key may appear several times. */
export const unit = (sections: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(sections)
    .map(([name, lines]) => `[${name}]\n${lines.map((line) => `${line}\n`).join('')}`)
    .join('\n')

/** FORWARD must accept before pods are reachable; nodeadm writes the arguments. */
const kubelet = unit({
  Unit: [
    'Description=Kubernetes Kubelet',
    'Documentation=https://github.com/kubernetes/kubernetes',
    'After=containerd.service',
    'Wants=containerd.service',
  ],
  Service: [
    'Slice=runtime.slice',
    `EnvironmentFile=${kubeletEnvironmentPath}`,
    'ExecStartPre=/sbin/iptables -P FORWARD ACCEPT -w 5',
    'ExecStart=/usr/bin/kubelet $NODEADM_KUBELET_ARGS',
    'Restart=on-failure',
    'RestartForceExitStatus=SIGPIPE',
    'RestartSec=5',
    'KillMode=process',
    'CPUAccounting=true',
    'MemoryAccounting=true',
  ],
  Install: ['WantedBy=multi-user.target'],
})

/** kubeReservedCgroup is /runtime: containerd and the kubelet live here, away from pods and from the system. */
const runtimeSlice = unit({
  Unit: [
    'Description=Kubernetes and container runtime slice',
    'Documentation=man:systemd.special(7)',
    'Before=slices.target',
  ],
})

/** libcni below 1.2 keeps results across reboots, and stale ones block the removal of sandboxes (containerd #8197). */
const cniCacheReset = unit({
  Unit: ['Description=Reset the CNI results cache', 'Before=cloud-init.target'],
  Service: ['Type=oneshot', 'ExecStart=rm -rf /var/lib/cni/results'],
  Install: ['WantedBy=multi-user.target'],
})

const system = '/etc/systemd/system'

/** The units of the AL2023 AMI (amazon-eks-ami templates/al2023/runtime/rootfs/etc/systemd/system). */
export const unitFiles: readonly NodeFile[] = [
  imageFile(`${system}/cni-cache-reset.service`, 'unit', cniCacheReset),
  imageFile(
    `${system}/containerd.service.d/00-runtime-slice.conf`,
    'unit',
    unit({ Service: ['Slice=runtime.slice'] }),
  ),
  imageFile(`${system}/kubelet.service`, 'unit', kubelet),
  imageFile(`${system}/runtime.slice`, 'unit', runtimeSlice),
]
