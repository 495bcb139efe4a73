import type { NodeSpec } from '../spec/node-spec.ts'
import { imageFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

/** What only the build knows. */
export interface BuildFacts {
  readonly baseAmiId: string
  /** As `date` prints it. */
  readonly buildTime: string
  /** As `uname -r` prints it. */
  readonly buildKernel: string
}

const release = (arch: string, build: BuildFacts | undefined): string =>
  [
    ...(build
      ? [
          `BASE_AMI_ID="${build.baseAmiId}"`,
          `BUILD_TIME="${build.buildTime}"`,
          `BUILD_KERNEL="${build.buildKernel}"`,
        ]
      : []),
    // uname -m, not the name that package managers use.
    `ARCH="${arch === 'arm64' ? 'aarch64' : arch}"`,
  ]
    .map((line) => `${line}\n`)
    .join('')

const isExact = (version: string): boolean => /^\d+\.\d+\.\d+/.test(version)

/** containerd's module path gained /v2 with its major version, and `containerd --version` prints it. */
const containerdModule = (version: string): string =>
  `github.com/containerd/containerd${version.startsWith('1.') ? '' : '/v2'}`

/**
 * What the image says of itself: /etc/eks/release, and the versions that nodeadm reads instead of running the binaries.
 * Without build facts, release holds only what the spec knows; a version without a patch number yields no version file.
 */
export const versionFiles = (image: NodeSpec['image'], build?: BuildFacts): readonly NodeFile[] => [
  imageFile('/etc/eks/release', 'env', release(image.arch, build)),
  ...(isExact(image.kubernetes)
    ? [imageFile('/etc/eks/kubelet-version.txt', 'text', `Kubernetes v${image.kubernetes}\n`)]
    : []),
  ...(isExact(image.containerd)
    ? [
        imageFile(
          '/etc/eks/containerd-version.txt',
          'text',
          `containerd ${containerdModule(image.containerd)} ${image.containerd}\n`,
        ),
      ]
    : []),
]
