export { type Check, check, type Node, type Verdict } from './checks/check.ts'
export {
  atLeast,
  contains,
  equal,
  expected,
  fail,
  manual,
  matches,
  none,
  oneOf,
  pass,
  within,
} from './checks/verdict.ts'
export type { Output } from './facts/evidence.ts'
export {
  type Evidence,
  type Facts,
  type Probed,
  type ProbeOutput,
  parseEvidence,
  readFacts,
} from './facts/index.ts'
export { AmiproofError, type Blame, type ErrorKind, type Failure } from './lib/errors.ts'
export type { Finding } from './lib/finding.ts'
export { parseToml, type TomlDate, type TomlTable, type TomlValue } from './lib/toml.ts'
export { stringifyToml } from './lib/toml-text.ts'
export type { Bound, BoundName } from './max-pods/bounds.ts'
export { type BigPod, bigPod, type Candidate, type Explanation, explainMaxPods } from './max-pods/explain.ts'
export {
  type ExpressionOutcome,
  type ExpressionVariables,
  evaluateExpression,
} from './max-pods/expression.ts'
export { type GpuDensity, type GpuSlots, gpuSlots, type MigLayout } from './max-pods/gpu.ts'
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
export {
  type EksnodeFailure,
  eksnodeCalculate,
  eksnodeJoinMaxPods,
  eksnodeReserved,
} from './max-pods/models/eksnode.ts'
export { type KarpenterNode, type KarpenterOptions, karpenterNode } from './max-pods/models/karpenter.ts'
export { type PodAddresses, vpcCniPodAddresses } from './max-pods/models/vpc-cni.ts'
export { type NetworkLimits, type NodeadmMaxPods, nodeadmMaxPods } from './max-pods/nodeadm.ts'
export type { MaxPodsOptions, Workload } from './max-pods/options.ts'
export { type DensityTrial, densityFindings } from './max-pods/qualification.ts'
export {
  nodeadmReserved,
  type Reserved,
  reservedCpuMillicores,
  reservedMemoryMi,
} from './max-pods/reserved.ts'
export { prefixesInSubnet } from './max-pods/subnet.ts'
export type { Warning as MaxPodsWarning } from './max-pods/warnings.ts'
export { type ClusterDns, clusterDns } from './render/cluster-dns.ts'
export type { Compat } from './render/compat.ts'
export { type ContainerdOptions, renderContainerd } from './render/containerd.ts'
export type { Origin } from './render/containerd-tree.ts'
export { type EksRegistry, eksRegistry, type RegistryInputs } from './render/ecr-registry.ts'
export {
  type EffectiveContainerd,
  type EffectiveWarning,
  effectiveContainerd,
  originOf,
} from './render/effective-containerd.ts'
export {
  type EffectiveKubelet,
  effectiveKubelet,
  type KubeletCircumstances,
} from './render/effective-kubelet.ts'
export { type EksImages, eksImages } from './render/eks-images.ts'
export type { Resolve } from './render/hosts.ts'
export { type RenderOptions, renderNode } from './render/index.ts'
export type { JoinOptions } from './render/join-files.ts'
export { type JoinStep, planJoin } from './render/join-plan.ts'
export type { ConfigFile } from './render/kubelet-document.ts'
export type { UserConfigMode } from './render/kubelet-drop-in.ts'
export { lintContainerd } from './render/lint-containerd.ts'
export { type ContainerdRule, containerdRules, type LintRule } from './render/lint-containerd-rules.ts'
export { type KubeletText, lintKubelet } from './render/lint-kubelet.ts'
export type { NodeVersions } from './render/lint-node-config.ts'
export { lintUserData } from './render/lint-user-data.ts'
export {
  type ConfigVersion,
  type LostKey,
  type Migration,
  migrateContainerd,
} from './render/migrate-containerd.ts'
export type { NetworkInterface } from './render/network-interface.ts'
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
export {
  type GpuArchitecture,
  type GspRequest,
  gspSetting,
  type ModuleFlavour,
} from './render/user-data-gsp.ts'
export {
  type SociMode,
  type SociRelease,
  type SociUserDataOptions,
  sociContainerdConfig,
  sociUserData,
} from './render/user-data-soci.ts'
export type { BuildFacts } from './render/versions-on-image.ts'
export { junitStrict as junit } from './report/junit.ts'
export { markdown } from './report/markdown.ts'
export type { Reporter } from './report/reporter.ts'
export type {
  ControlResult,
  Counts,
  RecordedVersion,
  Report,
  ReportVerdict,
  RunPhase,
  Subject,
  Tally,
  Troubleshooting,
  Undecided,
  WaiverReport,
} from './result/report.ts'
export { parseReport, reportJsonSchema } from './result/report-schema.ts'
export type {
  Capability,
  Citation,
  ControlRef,
  Outcome,
  Phase,
  Result,
  Rule,
  Severity,
  Status,
  Waiver,
} from './result/result.ts'
export { exitCodeOf, type Judging, verdictOf } from './result/verdict.ts'
export { type Judged, judge } from './run/judge.ts'
export { type WaiverContext, waive } from './run/waive.ts'
export { decodeNodeConfig } from './spec/decode-node-config.ts'
export { formatNodeConfig } from './spec/format-node-config.ts'
export type { NodeConfig } from './spec/node-config.ts'
export {
  encodeNodeConfig,
  type Metadata,
  mergeNodeConfigs,
  type NodeConfigDocument,
  type NodeConfigDocumentSpec,
} from './spec/node-config-document.ts'
export type { NodeSpec, NodeSpecInput } from './spec/node-spec.ts'
export { nodeSpecSchema, parseNodeSpec } from './spec/parse-node-spec.ts'
export { parseSourceUrl, type SourceUrl } from './spec/source-url.ts'
export { toNodeConfig } from './spec/to-node-config.ts'
export { loadNodeConfig, type NodeConfigSource, parseUserData } from './spec/user-data.ts'
export type { UserDataErrorKind } from './spec/user-data-error.ts'
export { validateNodeConfig } from './spec/validate-node-config.ts'
