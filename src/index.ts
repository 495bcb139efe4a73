export { NodeConfig } from './spec/node-config.ts'
export { NodeSpec, type NodeSpecInput } from './spec/node-spec.ts'
