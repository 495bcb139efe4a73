import type { NodeConfig } from '../spec/node-config.ts'

/** What the NodeConfig says of instance store disks; nodeadm does not enforce the enumerations. */
export interface LocalStorage {
  readonly strategy?: string | undefined
  readonly mountPath?: string | undefined
  readonly disabledMounts?: readonly string[] | undefined
}

const mountFlags: Readonly<Record<string, string>> = {
  PodLogs: '--no-bind-pods-logs',
  Containerd: '--no-bind-containerd',
  SOCI: '--no-bind-soci',
} satisfies Record<NonNullable<NonNullable<Spec['localStorage']>['disabledMounts']>[number], string>

type Spec = NonNullable<NodeConfig['spec']['instance']>

/**
 * The arguments of `setup-local-disks`, or undefined when it is not run: without a strategy, mountPath and disabledMounts mean nothing.
 * Mounts keep their order and repetitions; unknown ones are left out (nodeadm `internal/system/local_disk.go`).
 */
export const localDisksArguments = (storage: LocalStorage = {}): readonly string[] | undefined =>
  storage.strategy
    ? [
        storage.strategy.toLowerCase(),
        ...(storage.mountPath ? ['--dir', storage.mountPath] : []),
        ...(storage.disabledMounts ?? []).flatMap((mount) =>
          Object.hasOwn(mountFlags, mount) ? [mountFlags[mount] ?? ''] : [],
        ),
      ]
    : undefined
