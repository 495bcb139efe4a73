import type { Finding } from '../lib/finding.ts'

/** What a rule is about, where it was learned, and what to do. */
export interface LintRule {
  readonly severity: Finding['severity']
  /** What it does to the node. */
  readonly why: string
  readonly fix: string
  readonly source: string
}

/** The rules of {@link lintContainerd}. Ids are permanent. */
export const containerdRules = {
  'containerd/syntax': {
    severity: 'error',
    why: 'containerd does not start with a file that is not TOML',
    fix: 'Correct the line; containerd config dump -c FILE shows whether it reads.',
    source: 'properties.md D9',
  },
  'containerd/duplicate-table': {
    severity: 'error',
    why: 'a table or key that stands twice keeps containerd from starting, so that a stanza must not be appended twice',
    fix: 'Keep one of them with all keys; merge configuration instead of appending to the file.',
    source: 'properties.md D9; soci.md §5 error 12',
  },
  'containerd/no-version': {
    severity: 'error',
    why: 'a file without version is version 1, in which plugin URIs are ignored without a word',
    fix: 'Write version = 2 for containerd 1.x, version = 3 for 2.x, as the first line.',
    source: 'properties.md D6 (nover); measured.md F17',
  },
  'containerd/version-too-high': {
    severity: 'error',
    why: 'containerd 1.7 and 2.x do not start with a newer version than theirs, and 1.6 ignores its keys',
    fix: 'Write the version that this containerd reads: 2 for 1.x, 3 for 2.0 to 2.2, 4 for 2.3.',
    source: 'measured.md F17; properties.md D6',
  },
  'containerd/old-version': {
    severity: 'error',
    why: 'containerd 2 ignores everything under short plugin names: no runtime, no snapshotter, no sandbox image arrives',
    fix: 'Write version = 3 and the plugin URIs of version 3, or run the file through migrateContainerd.',
    source: 'measured.md F18; soci.md §5 error 10',
  },
  'containerd/wrong-version-keys': {
    severity: 'error',
    why: 'containerd reads the keys of the version that the file declares and ignores the others',
    fix: 'Write version and keys of one version: io.containerd.grpc.v1.cri in 2, io.containerd.cri.v1.images and .runtime in 3.',
    source: 'measured.md F9, F17; properties.md D6',
  },
  'containerd/lost-in-migration': {
    severity: 'error',
    why: 'containerd 2.0 to 2.3 loses the snapshotter settings of a version 2 file that has no runtimes table',
    fix: 'Write them in version 3, under io.containerd.cri.v1.images.',
    source: 'properties.md D7; containerd plugins/cri/images/plugin.go migrateConfig',
  },
  'containerd/key-in-wrong-table': {
    severity: 'error',
    why: 'a key under the wrong table is ignored: a bare key appended to a file falls under whatever table came last',
    fix: 'Move the key under the table that it belongs to.',
    source: 'soci.md §5 error 11',
  },
  'containerd/unknown-key': {
    severity: 'warning',
    why: 'containerd ignores a key that it does not know; 1.x does not even log it',
    fix: 'Correct the name, or take the key away.',
    source: 'measured.md F17; properties.md D8',
  },
  'containerd/unknown-plugin': {
    severity: 'warning',
    why: 'a section of a plugin that this containerd has not is ignored without a word',
    fix: 'Correct the plugin URI, or take the section away.',
    source: 'measured.md F17',
  },
  'containerd/wrong-type': {
    severity: 'error',
    why: 'containerd does not start with a value of the wrong type',
    fix: 'Write the type that is expected.',
    source: 'measured with 1.7.24 and 2.1.9',
  },
  'containerd/integer-for-float': {
    severity: 'error',
    why: 'containerd 1.x does not start with 1 where it reads a float',
    fix: 'Write a fraction: 1.0.',
    source: 'measured.md F19',
  },
  'containerd/refused': {
    severity: 'error',
    why: 'containerd does not start with it',
    fix: 'Write the full plugin URI, such as io.containerd.grpc.v1.cri, and give a proxy plugin a name of its own.',
    source: 'measured with 1.7.24 and 2.1.9; properties.md D6',
  },
  'containerd/placeholder': {
    severity: 'error',
    why: 'a placeholder that nobody filled in reaches containerd as it is, and every sandbox fails',
    fix: 'Fill it in before the file reaches the node: the sandbox image of EKS is localhost/kubernetes/pause:latest.',
    source: 'soci.md §5 error 3; trace KC-23',
  },
  'containerd/snapshotter-without-plugin': {
    severity: 'error',
    why: 'no snapshotter of that name exists, so that no image can be unpacked',
    fix: 'Add [proxy_plugins.NAME] with type = "snapshot" and the address of its socket.',
    source: 'trace KC-22; soci.md §2',
  },
  'containerd/proxy-without-root': {
    severity: 'warning',
    why: 'without exports.root the kubelet counts the wrong disk: no image limits, no garbage collection',
    fix: 'Add [proxy_plugins.NAME.exports] with root = the directory of the snapshotter.',
    source: 'soci.md §5 error 5; containerd#10095',
  },
  'containerd/exports-unread': {
    severity: 'warning',
    why: 'containerd before 1.7.16 does not use the exports of a proxy plugin: disk use is counted wrongly',
    fix: 'Use containerd 1.7.16 or later.',
    source: 'soci.md §2',
  },
  'containerd/no-snapshot-annotations': {
    severity: 'error',
    why: 'a remote snapshotter gets no image references, and unpacks everything like overlayfs does',
    fix: 'Set disable_snapshot_annotations = false beside snapshotter.',
    source: 'trace KC-22; soci.md §2',
  },
  'containerd/removed-runtime': {
    severity: 'error',
    why: 'containerd 2.0 removed this runtime type: no pod of this runtime starts',
    fix: 'Use runtime_type = "io.containerd.runc.v2" with options.BinaryName.',
    source: 'soci.md §5 error 13; measured.md F16',
  },
  'containerd/deprecated-runtime': {
    severity: 'warning',
    why: 'this runtime type is gone in containerd 2.0, and its options are not those of runc.v2: SystemdCgroup has no effect',
    fix: 'Use runtime_type = "io.containerd.runc.v2" with options.BinaryName.',
    source: 'soci.md §5 error 13',
  },
  'containerd/cgroup-driver': {
    severity: 'error',
    why: 'the kubelet of EKS uses the systemd cgroup driver, and this runtime the other: pods start and are accounted in two trees',
    fix: 'Set options.SystemdCgroup = true on the runtime.',
    source: 'trace KC-25; measured.md F9',
  },
  'containerd/no-default-runtime': {
    severity: 'error',
    why: 'default_runtime_name names a runtime that is not configured: no pod starts',
    fix: 'Add the runtime, or name one that exists.',
    source: 'trace KC-35',
  },
  'containerd/registry-conflict': {
    severity: 'error',
    why: 'the CRI plugin does not load with registry.mirrors or registry.configs beside registry.config_path',
    fix: 'Write hosts.toml files under config_path, and take mirrors and configs away.',
    source: 'containerd internal/cri/config ValidateImageConfig',
  },
  'containerd/drop-ins-replace': {
    severity: 'warning',
    why: 'in containerd 1.x an imported file that names a plugin replaces the whole section of that plugin: one key resets all others',
    fix: 'Merge the settings into one file.',
    source: 'properties.md D4; soci.md §5 error 16',
  },
} as const satisfies Readonly<Record<string, LintRule>>

/** The id of a rule of `lintContainerd`. */
export type ContainerdRule = keyof typeof containerdRules
