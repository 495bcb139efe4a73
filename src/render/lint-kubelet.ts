import type { Finding } from '../lib/finding.ts'
import { maxKubeletText, tooLarge } from './kubelet-document.ts'
import { lintKubeletDocument } from './lint-kubelet-document.ts'
import { lintKubeletFlags } from './lint-kubelet-flags.ts'

/**
 * What a text is: the file of --config, a file of --config-dir, an environment file whose variables hold arguments (such as
 * /etc/eks/kubelet/environment), or the arguments themselves.
 */
export type KubeletText = 'config' | 'drop-in' | 'environment' | 'arguments'

/**
 * Findings in kubelet configuration, in the order of the text. `version` is a Kubernetes version such as `1.35.2`; it decides which flags
 * are gone, and without it only deprecation is reported.
 */
export const lintKubelet = (text: string, kind: KubeletText, version?: string): readonly Finding[] => {
  if (text.length > maxKubeletText)
    return [
      {
        rule: 'kubelet/too-large',
        severity: 'error',
        line: 1,
        column: 1,
        message: tooLarge,
        fix: 'check that it is the right file',
      },
    ]
  const findings =
    kind === 'config' || kind === 'drop-in'
      ? lintKubeletDocument(text, kind)
      : lintKubeletFlags(text, kind, version)
  return [...findings].sort((a, b) => a.line - b.line || a.column - b.column)
}
