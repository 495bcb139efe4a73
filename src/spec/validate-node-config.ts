import type { NodeConfigDocument } from './node-config-document.ts'
import { type UserDataErrorKind, userDataError } from './user-data-error.ts'

type Cluster = NodeConfigDocument['spec']['cluster']

const requirements: readonly (readonly [UserDataErrorKind, string, (cluster: Cluster) => boolean])[] = [
  ['validate-name', 'name', ({ name }) => Boolean(name)],
  ['validate-endpoint', 'apiServerEndpoint', ({ apiServerEndpoint }) => Boolean(apiServerEndpoint)],
  // An empty certificate authority passes: nodeadm only asks whether it was given.
  ['validate-ca', 'certificateAuthority', ({ certificateAuthority }) => certificateAuthority !== undefined],
  ['validate-cidr', 'cidr', ({ cidr }) => Boolean(cidr)],
  ['validate-outpost-id', 'id', ({ enableOutpost, id }) => enableOutpost !== true || Boolean(id)],
]

/**
 * Checks what nodeadm checks before it configures a node, in its order: name, endpoint, certificate authority, CIDR, and the cluster id
 * where an Outpost is enabled. Formats are not checked here, as upstream does not (api/validation.go).
 * @throws AmiproofError `validate-*`, the first that is missing
 */
export const validateNodeConfig = ({ spec: { cluster } }: NodeConfigDocument): void => {
  const missing = requirements.find(([, , holds]) => !holds(cluster))
  if (!missing) return
  const [code, field] = missing
  const why = code === 'validate-outpost-id' ? ', which enableOutpost requires' : ''
  throw userDataError(
    code,
    `checking the NodeConfig: spec.cluster.${field} is missing${why}; a node cannot join without it`,
  )
}
