export {
  type NodeConfigPart,
  type RenderedUserData,
  renderUserData,
  type UserDataPart,
  type UserDataTarget,
} from './render/user-data.ts'
export { type GspRequest, gspSetting } from './render/user-data-gsp.ts'
export {
  type SociRelease,
  type SociUserDataOptions,
  sociContainerdConfig,
  sociUserData,
} from './render/user-data-soci.ts'
export { decodeNodeConfig } from './spec/decode-node-config.ts'
export { NodeConfig } from './spec/node-config.ts'
export { encodeNodeConfig, mergeNodeConfigs, type NodeConfigDocument } from './spec/node-config-document.ts'
export { NodeSpec, type NodeSpecInput } from './spec/node-spec.ts'
export { parseSourceUrl, type SourceUrl } from './spec/source-url.ts'
export { loadNodeConfig, type NodeConfigSource, parseUserData } from './spec/user-data.ts'
export type { UserDataErrorKind } from './spec/user-data-error.ts'
export { validateNodeConfig } from './spec/validate-node-config.ts'
