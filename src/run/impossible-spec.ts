import { AmiproofError } from '../lib/errors.ts'
import { renderNode } from '../render/index.ts'
import { kubeletTypeMeta } from '../render/kubelet.ts'
import { lintKubelet } from '../render/lint-kubelet.ts'
import type { NodeSpec } from '../spec/node-spec.ts'

/**
 * Refuses a well-formed spec whose values no node that joins can have: what cannot be rendered, an endpoint that is no https URL, a
 * setting of a type that the kubelet does not start with. Throws an {@link AmiproofError} of kind `config`.
 */
export const refuseImpossible = (spec: NodeSpec, path: string): void => {
  try {
    renderNode(spec)
  } catch (error) {
    if (error instanceof AmiproofError) throw refusal(path, error.message, error)
    throw error
  }
  const { cluster, kubelet } = spec.join?.spec ?? {}
  if (cluster && !isHttps(cluster.apiServerEndpoint))
    throw refusal(
      path,
      `join.spec.cluster.apiServerEndpoint is ${JSON.stringify(cluster.apiServerEndpoint)}, and the kubelet needs an https:// URL`,
    )
  const config = JSON.stringify({ ...kubelet?.config, ...kubeletTypeMeta })
  const wrong = lintKubelet(config, 'drop-in').find(({ rule }) => rule === 'kubelet/wrong-value-type')
  if (wrong) throw refusal(path, `join.spec.kubelet.config.${wrong.message}; ${wrong.fix}`)
}

const isHttps = (text: string): boolean => URL.parse(text)?.protocol === 'https:' && /^https:\/\//i.test(text)

const refusal = (path: string, why: string, cause?: AmiproofError): AmiproofError =>
  new AmiproofError(`the spec ${path} describes no node that works: ${why}`, {
    kind: 'config',
    code: 'spec-impossible',
    op: `read ${path}`,
    blame: 'user',
    cause,
  })
