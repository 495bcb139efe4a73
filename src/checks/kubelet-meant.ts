import { type EffectiveKubelet, effectiveKubelet } from '../render/effective-kubelet.ts'
import { kubeletConfigPath, kubeletDropInDirectory } from '../render/kubelet.ts'
import { kubeletEnvironmentPath } from '../render/kubelet-environment.ts'
import { systemdWords } from '../render/systemd-words.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { rendered } from './rendered.ts'

const known = new WeakMap<NodeSpec, EffectiveKubelet>()

/** What the kubelet makes of the files that the spec renders. Merged once for each spec. */
export const meantKubelet = (spec: NodeSpec): EffectiveKubelet => {
  const meant = known.get(spec) ?? merged(spec)
  known.set(spec, meant)
  return meant
}

const merged = (spec: NodeSpec): EffectiveKubelet => {
  const files = rendered(spec)
  return effectiveKubelet(
    files.find(({ path }) => path === kubeletConfigPath),
    files.filter(({ path }) => path.startsWith(`${kubeletDropInDirectory}/`)),
    meantArguments(spec),
  )
}

/** The words of the command line that the spec gives the kubelet. */
export const meantArguments = (spec: NodeSpec): readonly string[] => {
  const text = rendered(spec).find(({ path }) => path === kubeletEnvironmentPath)?.text ?? ''
  return systemdWords(/^NODEADM_KUBELET_ARGS=(.*)$/m.exec(text)?.[1] ?? '')
}
