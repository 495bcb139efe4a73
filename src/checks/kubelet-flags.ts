import { kubeletDropInDirectory } from '../render/kubelet.ts'
import { lintKubelet } from '../render/lint-kubelet.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { meantKubelet } from './kubelet-meant.ts'
import { rendered } from './rendered.ts'
import { seenFile } from './seen.ts'
import { kubeletOf } from './seen-kubelet.ts'
import { trace } from './trace.ts'
import { equal, expected, fail, none, within } from './verdict.ts'

const rule = { phase: 'join', tags: ['node'] } as const
const repair =
  'Change spec.kubelet.flags of the NodeConfig, or let nodeadm write /etc/eks/kubelet/environment again.'

export const starts = check({
  ...rule,
  id: 'kubelet-config/starts',
  title: 'The kubelet accepts its files and its flags',
  severity: 'critical',
  controls: trace('EN-11', 'RD-15', 'RD-32'),
  verify: ({ facts }) =>
    none(kubeletOf(facts).refused, 'nothing that the kubelet refuses', 'kubelet configuration'),
  fix: 'Correct what this result names: every drop-in needs apiVersion kubelet.config.k8s.io/v1beta1 and kind KubeletConfiguration, and every flag must be known.',
})

export const nothingIgnored = check({
  ...rule,
  id: 'kubelet-config/no-ignored-keys',
  title: 'The kubelet reads every key and every file of its configuration',
  severity: 'high',
  controls: trace('EN-11', 'RD-15'),
  verify: ({ facts }) =>
    none(kubeletOf(facts).notes, 'nothing that the kubelet ignores', 'kubelet configuration'),
  fix: 'Correct the spelling of the key, or the name of the file: a drop-in ends in .conf, and a key that is misspelt in one is dropped without a word.',
})

export const noForeignDropIns = check({
  ...rule,
  id: 'kubelet-config/drop-ins',
  title: 'No drop-in but those of the spec changes the configuration of the kubelet',
  severity: 'high',
  controls: trace('EN-11', 'PR-I07'),
  verify: ({ spec, facts }) => {
    const inside = (path: string): boolean => path.startsWith(`${kubeletDropInDirectory}/`)
    const meant = rendered(spec)
      .map(({ path }) => path)
      .filter(inside)
    return within(Object.keys(facts.configs.entries).filter(inside), meant, kubeletDropInDirectory)
  },
  fix: 'Remove the file, or put its settings into spec.kubelet.config of the NodeConfig: a later name overrides what nodeadm wrote.',
})

export const deprecated = check({
  ...rule,
  id: 'kubelet-flags/none-deprecated',
  title: 'The kubelet gets no flag that is deprecated, gone or unknown',
  severity: 'medium',
  controls: trace('EN-16', 'EN-16a', 'EN-16b', 'RD-31', 'RD-32'),
  verify: ({ spec, facts }) => {
    const { args, argumentsFrom } = kubeletOf(facts)
    const findings = lintKubelet(args.join(' '), 'arguments', spec.image.kubernetes)
    return none(
      findings.map(({ message }) => message),
      'no such flag',
      argumentsFrom,
    )
  },
  fix: 'Move the setting into spec.kubelet.config of the NodeConfig under the name of its field; a flag would override it unseen.',
})

interface Flag {
  readonly flag: string
  readonly title: string
  readonly trace: readonly string[]
}

const flags: readonly Flag[] = [
  {
    flag: 'config',
    title: 'The kubelet reads the configuration file that nodeadm writes',
    trace: ['RD-15', 'PR-I07'],
  },
  {
    flag: 'cloud-provider',
    title: 'The kubelet leaves the cloud to the cloud controller',
    trace: ['EN-16c'],
  },
  {
    flag: 'hostname-override',
    title: 'The node has the name that the control plane knows it by',
    trace: ['RD-O1'],
  },
  { flag: 'node-ip', title: 'The node has the address of its primary interface', trace: ['RD-O1'] },
  {
    flag: 'runtime-cgroups',
    title: 'The kubelet measures containerd in the cgroup where it runs',
    trace: ['PR-A09'],
  },
  {
    flag: 'kubeconfig',
    title: 'The kubelet reads the kubeconfig that nodeadm writes',
    trace: ['RD-27', 'RD-O4'],
  },
  {
    flag: 'bootstrap-kubeconfig',
    title: 'A node bootstraps its identity only where the spec says so',
    trace: ['RD-O4', 'RD-29'],
  },
  {
    flag: 'image-credential-provider-config',
    title: 'The kubelet knows where its credential providers are described',
    trace: ['RD-22', 'PR-I01'],
  },
  {
    flag: 'image-credential-provider-bin-dir',
    title: 'The kubelet knows where its credential providers are',
    trace: ['RD-22', 'PR-A31'],
  },
  { flag: 'node-labels', title: 'The node registers with the labels of the spec', trace: ['RD-31'] },
]

/** Flags that have no field in the configuration; an absent one is absent on both sides. */
export const asMeant = flags.map(({ flag, title, trace: ids }) =>
  check({
    ...rule,
    id: `kubelet-flags/${flag}`,
    title,
    severity: 'high',
    controls: trace(...ids, 'RD-25'),
    verify: ({ spec, facts }) => {
      const { flags: seen, argumentsFrom } = kubeletOf(facts)
      return equal(seen[flag], meantKubelet(spec).flags[flag], `--${flag} in ${argumentsFrom}`)
    },
    fix: repair,
  }),
)

export const pathsExist = check({
  ...rule,
  id: 'kubelet-flags/paths-exist',
  title: 'Every file and directory that a flag of the kubelet names is there',
  severity: 'critical',
  controls: trace('RD-25', 'RD-27'),
  verify: ({ facts }) => {
    const { flags: seen, argumentsFrom } = kubeletOf(facts)
    return all(
      ...Object.entries(seen)
        .filter(
          ([flag, value]) =>
            /^(config|config-dir|kubeconfig|bootstrap-kubeconfig|image-credential-provider-.*)$/.test(flag) &&
            value.startsWith('/'),
        )
        .map(([flag, value]) =>
          seenFile(facts, value) === undefined
            ? fail(`nothing at ${value}`, value, `--${flag} in ${argumentsFrom}`)
            : expected(true, value, value, flag),
        ),
    )
  },
  fix: 'Let nodeadm write the file, or correct the flag: the kubelet ends when one of them is missing.',
})

export const dropInDirectory = check({
  ...rule,
  id: 'kubelet-flags/config-dir',
  title: 'The kubelet reads the drop-in directory exactly where there is a drop-in',
  severity: 'high',
  controls: trace('EN-11', 'RD-15'),
  verify: ({ spec, facts }) => {
    const { flags: seen, argumentsFrom } = kubeletOf(facts)
    return equal(
      seen['config-dir'],
      meantKubelet(spec).flags['config-dir'],
      `--config-dir in ${argumentsFrom}`,
    )
  },
  fix: repair,
})
