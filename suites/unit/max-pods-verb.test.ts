import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AmiproofError } from '../../src/lib/errors.ts'
import { maxPodsVerb } from '../../src/run/max-pods.ts'

const run = async (...argv: string[]) => {
  let [out, err] = ['', '']
  const code = await maxPodsVerb(argv, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}
const rows = (out: string): string[][] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s{2,}/).map((cell) => cell.trim()))

test('a table has one row for each type, its columns under their titles', async () => {
  const { code, out } = await run('m5.large', 'c5.18xlarge')
  expect(code).toBe(0)
  expect(out).toBe(
    [
      'TYPE         VCPUS   MEMORY  ENIS  IPS/ENI  MAX PODS  BOUND BY      RESERVED      ALLOCATABLE  NODEADM ALONE',
      'm5.large         2    8 GiB     3       10        29  addresses    70m 574Mi     1930m 7518Mi             29',
      'c5.18xlarge     72  144 GiB    15       50       250  ceiling    250m 3005Mi  71750m 144351Mi            737',
      '',
    ].join('\n'),
  )
})

test('every known type is a row of --all, and what cannot run says so on the side', async () => {
  const { code, out, err } = await run('--all', '--prefix-delegation')
  expect(code).toBe(0)
  expect(rows(out)).toHaveLength(1431)
  expect(rows(out).find(([type]) => type === 't3.nano')?.[5]).toBe('–')
  expect(err).toMatch(/^6 of 1430 types are refused; the first: cannot compute max pods of p6e-gb200/)
})

test('a star stands for anything', async () => {
  expect(rows((await run('g5.*')).out)).toHaveLength(9)
  expect(
    rows((await run('m5*.24*large')).out)
      .slice(1)
      .map(([type]) => type),
  ).toContain('m5dn.24xlarge')
  await expect(run('no.*such')).rejects.toThrow(/there is no instance type "no\.\*such"/)
})

test('an explanation names the bounds, what is reserved and what to mind', async () => {
  const { out } = await run('m5.large', '--explain', '--prefix-delegation', '--kubelet-max-pods', '500')
  expect(out).toMatch(/^m5\.large: 110 pods, bound by ceiling\n/)
  expect(out).toContain(
    '    addresses     434  3 of 3 ENIs × 9 prefixes of 16 + 2 pods of the host network\n',
  )
  expect(out).toContain("  → ceiling       110  EKS's ceiling for up to 30 vCPUs\n")
  expect(out).toContain('elsewhere    nodeadm 29, AL2 calculator 110, eksnode 110, Karpenter 500\n')
  expect(out).toContain("! more-than-addresses: kubelet's maxPods asks for 500 pods")
})

const Answer = z.array(
  z.object({
    type: z.string(),
    maxPods: z.number(),
    candidates: z.array(z.object({ name: z.string(), value: z.number().nullable() })),
  }),
)
test('JSON has the same figures, null where there is no limit', async () => {
  const { out } = await run('m5.large', '--json', '--no-ceiling')
  const [answer] = Answer.parse(JSON.parse(out))
  expect(answer).toMatchObject({ type: 'm5.large', maxPods: 29 })
  expect(answer?.candidates).toEqual([
    { name: 'addresses', value: 29 },
    { name: 'ceiling', value: null },
  ])
})

test('the order of flags means nothing', async () => {
  const flags = [
    ['--prefix-delegation'],
    ['--custom-networking'],
    ['--cni-version', 'v1.18.1-eksbuild.3'],
    ['--no-ceiling'],
    ['m5.4xlarge'],
    ['--memory-mi', '1000000'],
  ]
  const first = (await run(...flags.flat())).out
  for (let i = 1; i < flags.length; i++)
    expect((await run(...[...flags.slice(i), ...flags.slice(0, i)].flat())).out).toBe(first)
  expect(rows(first)[1]?.[5]).toBe('3250')
})

test('GPUs are shared and cut up as asked', async () => {
  const pods = async (...argv: string[]) => rows((await run(...argv)).out)[1]?.[5]
  expect(await pods('g5.xlarge', '--gpu')).toBe('10')
  expect(await pods('g5.xlarge', '--time-slicing', '4')).toBe('13')
  expect(await pods('g5.48xlarge', '--mps', '8')).toBe('73')
  expect(await pods('p4d.24xlarge', '--mig', '1g.5gb=7')).toBe('65')
  expect(
    await pods('p4d.24xlarge', '--mig', '1g.5gb=7', '--mig-strategy', 'mixed', '--time-slicing', '5'),
  ).toBe('250')
})

describe('wrong input is one sentence of kind usage', () => {
  test.for<[string[], RegExp]>([
    [[], /^cannot tell for which instance type/],
    [['m5.lagre'], /there is no instance type "m5\.lagre" .*; did you mean m5\.large\?$/],
    [['__proto__'], /there is no instance type/],
    [
      ['m5.large', '--prefx-delegation'],
      /^max-pods has no option --prefx-delegation; did you mean --prefix-delegation\?$/,
    ],
    [['m5.large', '--max-enis', 'x'], /^--max-enis must be a whole number, not "x"$/],
    [['m5.large', '--max-enis'], /^cannot read the arguments of max-pods/],
    [['m5.large', '--max-enis', '9'.repeat(40)], /must be a whole number/],
    [['m5.large', '--reserved-enis=-1'], /reservedEnis must be a whole number from 0 on/],
    [['m5.large', '--cni-version', 'latest'], /cniVersion must be a version such as 1\.18\.0, not "latest"/],
    [['--all', '--expression', 'min(1, 2)'], /there is no function "min"/],
    [['m5.large', '--expression', 'min(1, 2)'], /there is no function "min"/],
    [['t3.nano', '--prefix-delegation'], /629 Mi reserved .* at most 14$/],
    [['t2.medium', '--ipv6'], /prefixes need nitro/],
    [['g5.xlarge', '--mps', '2', '--time-slicing', '2'], /not by both$/],
    [['p4d.24xlarge', '--mig', '1g.5gb'], /--mig wants profiles such as 1g\.5gb=7/],
    [['p4d.24xlarge', '--mig', '1g.5gb=7', '--mig-strategy', 'none'], /single or mixed/],
    [['m5.large', '--gpu'], /no NVIDIA GPU/],
    [['m5.large', '--instance-types', '/no/such/file'], /cannot read instance types from \/no\/such\/file/],
  ])('%o', async ([argv, message]) => {
    const error = await run(...argv).then(
      (): unknown => 'no error',
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(AmiproofError)
    expect(error).toMatchObject({ kind: 'usage' })
    expect(String(error instanceof Error && error.message)).toMatch(message)
    expect(String(error instanceof Error && error.message)).not.toContain('\n')
  })
})

test('a type that is not known here comes from what EC2 described', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'amiproof-')), 'types.json')
  const described = {
    InstanceType: 'm99.large',
    CurrentGeneration: true,
    SupportedUsageClasses: ['on-demand'],
    BareMetal: false,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
    VCpuInfo: { DefaultVCpus: 2 },
    MemoryInfo: { SizeInMiB: 8192 },
    NetworkInfo: {
      MaximumNetworkInterfaces: 9,
      DefaultNetworkCardIndex: 1,
      NetworkCards: [
        { NetworkCardIndex: 1, MaximumNetworkInterfaces: 5 },
        { NetworkCardIndex: 0, MaximumNetworkInterfaces: 4 },
      ],
      Ipv4AddressesPerInterface: 10,
      Ipv6AddressesPerInterface: 10,
      Ipv6Supported: true,
    },
  }
  writeFileSync(file, JSON.stringify({ InstanceTypes: [described] }))
  expect(rows((await run('m99.large', '--instance-types', file)).out)[1]?.[5]).toBe('47')
  writeFileSync(file, '{"InstanceTypes":[{"InstanceType":"m99.large"}]}')
  await expect(run('m99.large', '--instance-types', file)).rejects.toThrow(
    /^cannot read the instance types: InstanceTypes\.0\.CurrentGeneration: .*describe-instance-types/,
  )
})

test('help lists every option', async () => {
  const { out } = await run('--help')
  for (const option of [
    '--all',
    '--explain',
    '--json',
    '--cni-version',
    '--mig-strategy',
    '--instance-types',
  ])
    expect(out).toContain(option)
})
