import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { updateTable } from '../../scripts/update-instance-types.ts'

const table = readFileSync('src/max-pods/instance-types.json', 'utf8')
const lines = (text: string): string[] => text.split('\n').map((line) => line.replace(/,$/, ''))
const changed = (after: string): string[] => lines(after).filter((line) => !lines(table).includes(line))

/** What EC2 prints of the p4d.24xlarge, with cards out of order. */
const p4d = {
  InstanceType: 'p4d.24xlarge',
  CurrentGeneration: true,
  SupportedUsageClasses: ['on-demand', 'spot', 'capacity-block'],
  BareMetal: false,
  Hypervisor: 'nitro',
  ProcessorInfo: { SupportedArchitectures: ['x86_64'], SustainedClockSpeedInGhz: 3 },
  VCpuInfo: { DefaultVCpus: 96 },
  MemoryInfo: { SizeInMiB: 1179648 },
  InstanceStorageInfo: {
    TotalSizeInGB: 8000,
    Disks: [{ SizeInGB: 1000, Count: 8, Type: 'ssd' }],
    NvmeSupport: 'required',
  },
  NetworkInfo: {
    MaximumNetworkInterfaces: 60,
    DefaultNetworkCardIndex: 0,
    NetworkCards: [3, 0, 2, 1].map((NetworkCardIndex) => ({
      NetworkCardIndex,
      MaximumNetworkInterfaces: 15,
    })),
    Ipv4AddressesPerInterface: 50,
    Ipv6AddressesPerInterface: 50,
    Ipv6Supported: true,
    EfaInfo: { MaximumEfaInterfaces: 4 },
  },
  GpuInfo: {
    Gpus: [{ Name: 'A100', Manufacturer: 'NVIDIA', Count: 8, MemoryInfo: { SizeInMiB: 40960 } }],
  },
}
const answer = (...types: object[]): string => JSON.stringify({ InstanceTypes: types })

test('what EC2 says already changes nothing, and one record is one line', () => {
  expect(updateTable(table, [])).toBe(table)
  expect(changed(updateTable(table, [answer(p4d)]))).toEqual([])
})

test('a changed fact changes one line, and what EC2 does not know of stays', () => {
  const more = { ...p4d, NetworkInfo: { ...p4d.NetworkInfo, Ipv4AddressesPerInterface: 64 } }
  const [line, ...others] = changed(updateTable(table, [answer(more)]))
  expect(others).toEqual([])
  expect(line).toMatch(
    /^\{"type":"p4d\.24xlarge","vcpus":96,.*"ipv4PerEni":64,.*"branchInterfaces":62,.*"sources":"mcnkrea"\}$/,
  )
})

test('a new type gets its place in the order, from several answers alike', () => {
  const bare = {
    ...p4d,
    InstanceType: 'p4d.metal',
    BareMetal: true,
    Hypervisor: undefined,
    GpuInfo: undefined,
  }
  const after = updateTable(table, [answer(p4d), answer(bare)])
  expect(updateTable(table, [answer(bare), answer(p4d)])).toBe(after)
  const [line = ''] = changed(after)
  expect(line).toContain('"hypervisor":"none","bareMetal":true')
  expect(line).toContain('"trunking":null,"branchInterfaces":null')
  expect(line).toContain('"vcpusSource":"ec2","sources":"m"')
  const names = lines(after).flatMap((each) => /^\{"type":"([^"]+)"/.exec(each)?.[1] ?? [])
  expect(names).toEqual(names.toSorted())
  expect(names).toHaveLength(1431)
})

test("what is not EC2's answer is refused with its place", () => {
  expect(() => updateTable(table, ['{'])).toThrow(/it is no JSON/)
  expect(() => updateTable(table, [answer({ ...p4d, VCpuInfo: {} })])).toThrow(
    /InstanceTypes\.0\.VCpuInfo\.DefaultVCpus/,
  )
  expect(() => updateTable(table, [answer({ ...p4d, InstanceType: '../../x' })])).toThrow(
    /InstanceTypes\.0\.InstanceType/,
  )
  const cardless = { ...p4d, NetworkInfo: { ...p4d.NetworkInfo, DefaultNetworkCardIndex: 9 } }
  expect(() => updateTable(table, [answer(cardless)])).toThrow(/p4d\.24xlarge lacks its default network card/)
})
