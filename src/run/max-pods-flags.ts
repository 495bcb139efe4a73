const flag = { type: 'boolean' } as const
const text = { type: 'string' } as const

/** What `amiproof max-pods` takes, as node:util's parseArgs wants it. */
export const maxPodsFlags = {
  all: flag,
  explain: flag,
  json: flag,
  help: { ...flag, short: 'h' },
  'cni-version': text,
  'prefix-delegation': flag,
  'custom-networking': flag,
  'max-enis': text,
  'reserved-enis': text,
  'efa-only-enis': text,
  'pod-eni': flag,
  ipv6: flag,
  expression: text,
  'kubelet-max-pods': text,
  'pods-per-core': text,
  'no-ceiling': flag,
  'host-network-pods': text,
  'memory-mi': text,
  'eviction-memory-mi': text,
  'pod-memory-mi': text,
  'pod-cpu-millicores': text,
  gpu: flag,
  'time-slicing': text,
  mps: text,
  mig: text,
  'mig-strategy': text,
  'instance-types': text,
} as const

export const maxPodsHelp = `amiproof max-pods TYPE… [options]   how many pods a node of an EC2 instance type may run

  TYPE                       m5.large; a * stands for anything: 'm5.*'
  --all                      every known type
  --explain                  what limits the pods, what is reserved, what to mind, what other calculators say
  --json                     the same as JSON
  --cni-version V            version of the VPC CNI, such as v1.18.1-eksbuild.3
  --prefix-delegation        /28 prefixes instead of addresses
  --custom-networking        pods get addresses from another subnet
  --ipv6                     an IPv6 cluster
  --pod-eni                  security groups for pods
  --max-enis N  --reserved-enis N  --efa-only-enis N  --host-network-pods N
  --expression CEL           maxPodsExpression of the NodeConfig
  --kubelet-max-pods N       kubelet's maxPods; 1 for one big pod
  --pods-per-core N
  --no-ceiling               without EKS's 110 and 250
  --memory-mi N  --eviction-memory-mi N
  --pod-memory-mi N  --pod-cpu-millicores N     what each pod requests
  --gpu                      a node kept for GPU pods
  --time-slicing N | --mps N                    replicas of each GPU
  --mig 1g.5gb=7[,…]  --mig-strategy single|mixed   the same on every GPU; GPU pods
  --instance-types FILE      what \`aws ec2 describe-instance-types --output json\` printed, for types not known here
`
