import { goJson } from '../lib/json.ts'
import { deepMerge } from '../lib/merge.ts'
import defaults from './base-runtime-spec.json' with { type: 'json' }
import type { NodeFile } from './node-file.ts'

export const baseRuntimeSpecPath = '/etc/containerd/base-runtime-spec.json'

/**
 * What every container starts from: nodeadm's OCI 1.1.0 default (`base-runtime-spec.json`), or the user's settings merged over it.
 * Merged text is as nodeadm writes it: sorted, four spaces, no newline at the end, integers beyond 2^53 rounded to a float64.
 */
export const baseRuntimeSpecText = (user: Readonly<Record<string, unknown>> = {}): string =>
  Object.keys(user).length === 0
    ? `${JSON.stringify(defaults, null, 2)}\n`
    : goJson(deepMerge(defaults, user), 4)

export const baseRuntimeSpecFile = (user?: Readonly<Record<string, unknown>>): NodeFile => ({
  path: baseRuntimeSpecPath,
  mode: '0644',
  owner: 'root:root',
  text: baseRuntimeSpecText(user),
  format: 'json',
  phase: 'join',
})
