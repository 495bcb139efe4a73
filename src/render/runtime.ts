import type { NodeSpec } from '../spec/node-spec.ts'

/** An OCI runtime that containerd starts containers with. */
export interface Runtime {
  readonly name: string
  readonly binary: string
}

/**
 * The one runtime of a node (nodeadm `runtime_config.go`): on an NVIDIA image the NVIDIA runtime stands instead of runc, not beside it.
 * Neuron needs none of its own.
 */
export const runtimeOf = (variant: NodeSpec['image']['variant']): Runtime =>
  variant === 'nvidia'
    ? { name: 'nvidia', binary: '/usr/bin/nvidia-container-runtime' }
    : { name: 'runc', binary: '/usr/sbin/runc' }
