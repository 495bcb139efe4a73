import { AmiproofError } from '../lib/errors.ts'
import { zod } from '../lib/zod.ts'
import { mistakesIn } from './mistakes.ts'
import { type NodeConfig, nodeConfigShape } from './node-config.ts'
import type { NodeConfigDocument } from './node-config-document.ts'

/**
 * The NodeConfig of a spec's `join`, from what nodeadm read on a node or in user data: everything that joining needs is there, and
 * enumerations hold what nodeadm knows. A service whose environment was null has an empty one.
 * @throws AmiproofError `node-config-invalid` listing every mistake with its path
 */
export const toNodeConfig = (document: NodeConfigDocument): NodeConfig => {
  const environment = Object.entries(document.spec.instance.environment ?? {})
  const value = {
    ...document,
    spec: {
      ...document.spec,
      instance: {
        ...document.spec.instance,
        ...(environment.length === 0
          ? {}
          : {
              environment: Object.fromEntries(
                environment.map(([service, values]) => [service, values ?? {}]),
              ),
            }),
      },
    },
  }
  const result = nodeConfigShape().safeParse(value)
  if (result.success) return result.data
  throw new AmiproofError(
    mistakesIn('the NodeConfig', result.error.issues, value, () => zod().toJSONSchema(nodeConfigShape())),
    {
      kind: 'config',
      code: 'node-config-invalid',
      op: 'read the NodeConfig',
      blame: 'user',
      cause: result.error,
    },
  )
}
