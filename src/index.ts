export { type Check, check, type Node, type Verdict } from './checks/check.ts'
export { type Evidence, parseEvidence, readFacts } from './facts/index.ts'
export { AmiproofError, type Blame, type ErrorKind, type Failure } from './lib/errors.ts'
export type { Finding } from './lib/finding.ts'
export { parseToml, type TomlTable, type TomlValue } from './lib/toml.ts'
export { stringifyToml } from './lib/toml-text.ts'
export type { Bound, BoundName } from './max-pods/bounds.ts'
export { type BigPod, bigPod, type Candidate, type Explanation, explainMaxPods } from './max-pods/explain.ts'
export { type ExpressionOutcome, evaluateExpression } from './max-pods/expression.ts'
export { type GpuDensity, type GpuSlots, gpuSlots } from './max-pods/gpu.ts'
export {
  findInstanceType,
  type InstanceType,
  type InstanceTypeLookup,
  instanceType,
  instanceTypes,
} from './max-pods/instance-type.ts'
export { maxPods } from './max-pods/max-pods.ts'
export { al2BootstrapMaxPods } from './max-pods/models/al2-bootstrap.ts'
export { bashCalculator, type ShellFailure } from './max-pods/models/bash-calculator.ts'
export type { CniFlags } from './max-pods/models/cni-flags.ts'
export { eksnodeCalculate, eksnodeJoinMaxPods, eksnodeReserved } from './max-pods/models/eksnode.ts'
export { type KarpenterNode, type KarpenterOptions, karpenterNode } from './max-pods/models/karpenter.ts'
export { type PodAddresses, vpcCniPodAddresses } from './max-pods/models/vpc-cni.ts'
export { type NodeadmMaxPods, nodeadmMaxPods } from './max-pods/nodeadm.ts'
export type { MaxPodsOptions } from './max-pods/options.ts'
export { type DensityTrial, densityFindings } from './max-pods/qualification.ts'
export {
  nodeadmReserved,
  type Reserved,
  reservedCpuMillicores,
  reservedMemoryMi,
} from './max-pods/reserved.ts'
export { prefixesInSubnet } from './max-pods/subnet.ts'
export { type ClusterDns, clusterDns } from './render/cluster-dns.ts'
export type { Compat } from './render/compat.ts'
export { type ContainerdOptions, renderContainerd } from './render/containerd.ts'
export { type EksRegistry, eksRegistry, type RegistryInputs } from './render/ecr-registry.ts'
export {
  type EffectiveContainerd,
  type EffectiveWarning,
  effectiveContainerd,
  originOf,
} from './render/effective-containerd.ts'
export { type EffectiveKubelet, effectiveKubelet } from './render/effective-kubelet.ts'
export { type EksImages, eksImages } from './render/eks-images.ts'
export { type RenderOptions, renderNode } from './render/index.ts'
export { type JoinStep, planJoin } from './render/join-plan.ts'
export type { ConfigFile } from './render/kubelet-document.ts'
export { lintContainerd } from './render/lint-containerd.ts'
export { type ContainerdRule, containerdRules, type LintRule } from './render/lint-containerd-rules.ts'
export { type KubeletText, lintKubelet } from './render/lint-kubelet.ts'
export { lintUserData } from './render/lint-user-data.ts'
export {
  type ConfigVersion,
  type LostKey,
  type Migration,
  migrateContainerd,
} from './render/migrate-containerd.ts'
export type { Format, NodeFile } from './render/node-file.ts'
export { type WasmRuntime, wasmRuntimes } from './render/runtime-wasm.ts'
export { isSociOn } from './render/soci.ts'
export { sociTransferConfig } from './render/soci-transfer.ts'
export type { Source } from './render/sourced-tree.ts'
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
export { junitStrict as junit } from './report/junit.ts'
export { markdown } from './report/markdown.ts'
export type { Report, RunPhase, Subject } from './result/report.ts'
export { parseReport, reportJsonSchema } from './result/report-schema.ts'
export type {
  Capability,
  ControlRef,
  Outcome,
  Phase,
  Result,
  Rule,
  Severity,
  Waiver,
} from './result/result.ts'
export { exitCodeOf, verdictOf } from './result/verdict.ts'
export { judge } from './run/judge.ts'
export { waive } from './run/waive.ts'
export { decodeNodeConfig } from './spec/decode-node-config.ts'
export { formatNodeConfig } from './spec/format-node-config.ts'
export type { NodeConfig } from './spec/node-config.ts'
export { encodeNodeConfig, mergeNodeConfigs, type NodeConfigDocument } from './spec/node-config-document.ts'
export type { NodeSpec, NodeSpecInput } from './spec/node-spec.ts'
export { nodeSpecSchema, parseNodeSpec } from './spec/parse-node-spec.ts'
export { parseSourceUrl, type SourceUrl } from './spec/source-url.ts'
export { toNodeConfig } from './spec/to-node-config.ts'
export { loadNodeConfig, type NodeConfigSource, parseUserData } from './spec/user-data.ts'
export type { UserDataErrorKind } from './spec/user-data-error.ts'
export { validateNodeConfig } from './spec/validate-node-config.ts'
