import { imageFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

const settings = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')

/** What a CRI needs of the kernel (Kubernetes documentation, "Container Runtimes", forwarding and bridged traffic). */
const kubernetesCri = {
  'net.bridge.bridge-nf-call-ip6tables': '1',
  'net.bridge.bridge-nf-call-iptables': '1',
  'net.ipv4.ip_forward': '1',
}

/** What the kubelet expects to find with protectKernelDefaults (kubelet `pkg/kubelet/cm/container_manager_linux.go`). */
const amazon = { 'vm.overcommit_memory': '1', 'kernel.panic': '10', 'kernel.panic_on_oops': '1' }

/** Limits and keep-alives of the AL2023 AMI (amazon-eks-ami templates/al2023/runtime/rootfs/etc/sysctl.conf). */
const eks = {
  'fs.inotify.max_user_watches': '524288',
  'fs.inotify.max_user_instances': '8192',
  'vm.max_map_count': '524288',
  'kernel.pid_max': '4194304',
  'net.ipv4.tcp_keepalive_time': '600',
  'net.ipv4.tcp_keepalive_intvl': '60',
  'net.ipv4.tcp_keepalive_probes': '3',
}

/** Ports of add-ons on the host network, kept from ephemeral use (amazon-eks-ami #2631). */
const reservedPorts = [
  [2703, 'EKS Pod Identity Agent, probes'],
  [9808, 'EBS CSI driver, health'],
  [9809, 'EFS CSI driver, health'],
  [10249, 'kube-proxy, metrics'],
  [10250, 'kubelet'],
  [10256, 'kube-proxy, health'],
  [61678, 'VPC CNI, metrics'],
  [61679, 'VPC CNI, introspection'],
] as const

const ports = `${reservedPorts.map(([port, user]) => `# ${port}: ${user}\n`).join('')}${settings({
  'net.ipv4.ip_local_reserved_ports': reservedPorts.map(([port]) => port).join(','),
})}`

/** The kernel settings of the image. systemd applies the files in the order of their names; no key is set twice. */
export const sysctlFiles: readonly NodeFile[] = [
  imageFile('/etc/sysctl.conf', 'sysctl', settings(eks)),
  imageFile('/etc/sysctl.d/67-eks-reserved-ports.conf', 'sysctl', ports),
  imageFile('/etc/sysctl.d/99-amazon.conf', 'sysctl', settings(amazon)),
  imageFile('/etc/sysctl.d/99-kubernetes-cri.conf', 'sysctl', settings(kubernetesCri)),
]
