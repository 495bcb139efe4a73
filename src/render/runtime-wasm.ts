import { stringifyToml } from '../lib/toml-text.ts'
import { lineOf } from './containerd-defaults.ts'
import { cri2, runtime3 } from './migrate-cri.ts'

/**
 * WebAssembly shims by the name a RuntimeClass uses as its handler, and their containerd runtime type: the binary must be on containerd's PATH as
 * `containerd-shim-<name>-<version>` (runwasi; spinframework/containerd-shim-spin).
 */
export const wasmRuntimeTypes = {
  spin: 'io.containerd.spin.v2',
  wasmtime: 'io.containerd.wasmtime.v1',
  wasmedge: 'io.containerd.wasmedge.v1',
  wasmer: 'io.containerd.wasmer.v1',
  slight: 'io.containerd.slight.v1',
} as const
/** A runwasi shim. */
export type WasmRuntime = keyof typeof wasmRuntimeTypes

/**
 * Configuration for `spec.containerd.config` that adds WebAssembly runtimes beside the node's own; pods choose one by a RuntimeClass whose handler is
 * its name. Written in the version that the containerd reads.
 * @param containerd the version on the node, e.g. `2.2.1`
 * @throws AmiproofError `version`
 */
export const wasmRuntimes = (names: readonly WasmRuntime[], containerd: string): string => {
  const isOld = lineOf(containerd).startsWith('1.')
  const runtimes = Object.fromEntries(
    names.map((name) => [name, { runtime_type: wasmRuntimeTypes[name], options: { SystemdCgroup: true } }]),
  )
  return stringifyToml({
    version: isOld ? 2n : 3n,
    plugins: { [isOld ? cri2 : runtime3]: { containerd: { runtimes } } },
  })
}
