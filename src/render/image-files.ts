import type { NodeSpec } from '../spec/node-spec.ts'
import { imageFile } from './image-file.ts'
import { logrotateFiles } from './logrotate.ts'
import type { NodeFile } from './node-file.ts'
import { sysctlFiles } from './sysctl.ts'
import { unitFiles } from './units.ts'
import { type BuildFacts, versionFiles } from './versions-on-image.ts'

/** overlay carries the images, br_netfilter shows bridged pod traffic to iptables. */
const modules = imageFile('/etc/modules-load.d/containerd.conf', 'lines', 'br_netfilter\noverlay\n')

/** Ciphers without known weaknesses, in sshd's notation (amazon-eks-ami install-worker.sh). */
export const sshCiphers = 'aes128-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com'

/** A drop-in, as sshd keeps the first value it reads. AL2023 has the line in sshd_config itself: there, ask `sshd -T`. */
const sshd = imageFile(
  '/etc/ssh/sshd_config.d/10-eks-ciphers.conf',
  'lines',
  `Ciphers ${sshCiphers}\n`,
  '0600',
)

/** Who still calls the AL2 bootstrap script learns what to do, and the boot does not go on as if it had worked. */
const bootstrap = imageFile(
  '/etc/eks/bootstrap.sh',
  'text',
  `#!/bin/sh
echo "/etc/eks/bootstrap.sh does not exist on this image: nodes are configured by nodeadm." >&2
echo "Replace the call by a NodeConfig (node.eks.aws/v1alpha1) in user data." >&2
echo "See https://awslabs.github.io/amazon-eks-ami/nodeadm/" >&2
exit 1
`,
  '0755',
)

/** Routes and rules of the CNI belong to the CNI (amazon-vpc-cni-k8s #2118). */
const networkd = [
  imageFile(
    '/etc/systemd/networkd.conf.d/80-release.conf',
    'ini',
    '[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n',
  ),
  imageFile(
    '/etc/systemd/network/99-default.link.d/99-no-policy.conf',
    'ini',
    '[Link]\nMACAddressPolicy=none\n',
  ),
]

/** Every file that is baked into the image, before any boot. */
export const imageFiles = (image: NodeSpec['image'], build?: BuildFacts): readonly NodeFile[] => [
  ...sysctlFiles,
  modules,
  ...(image.os === 'debian13' ? [sshd] : []),
  bootstrap,
  ...networkd,
  ...logrotateFiles(image.os),
  ...unitFiles,
  ...versionFiles(image, build),
]
