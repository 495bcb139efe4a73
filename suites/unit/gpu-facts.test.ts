import { describe, expect, test } from 'vitest'
import { answer } from '../../src/facts/gpu/answer.ts'
import { readCdi, readCdiList, readContainerCli } from '../../src/facts/gpu/containers.ts'
import { readDcgm } from '../../src/facts/gpu/dcgm.ts'
import { readCheckpoint, readDevicePluginConfig } from '../../src/facts/gpu/device-plugin.ts'
import { cardsOf, readFabricInfo } from '../../src/facts/gpu/efa.ts'
import { fabricFaults } from '../../src/facts/gpu/fabric.ts'
import { readAcceleratorLog } from '../../src/facts/gpu/kernel-log.ts'
import { readNeuronJson, readNeuronTable } from '../../src/facts/gpu/neuron.ts'
import { readDkms, readDriverVersion, readModprobeOptions } from '../../src/facts/gpu/proc.ts'
import { readSections } from '../../src/facts/gpu/sections.ts'
import { readSmi } from '../../src/facts/gpu/smi.ts'
import {
  readList,
  readMigTable,
  readNvlink,
  readSmiCsv,
  readTopology,
} from '../../src/facts/gpu/smi-lists.ts'
import { readXml } from '../../src/facts/gpu/xml.ts'

const log = (body: string): string =>
  `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>${body}</nvidia_smi_log>\n`
const head = '<driver_version>1.2.3</driver_version><attached_gpus>1</attached_gpus>'

describe('the XML of nvidia-smi', () => {
  test.for([
    ['an entity that it defines', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /document type of its own/],
    ['an entity that it does not define', '<a>&lol;</a>', /entity &lol; is not known/],
    ['a character number that no character has', '<a>&#1114112;</a>', /not known/],
    ['a cut in a tag', '<a><b', /ends before/],
    ['a cut between tags', '<a><b></b>', /<a> is not closed/],
    ['tags that cross', '<a><b></a></b>', /closes <b>/],
    ['a second root', '<a/><b/>', /second root/],
    ['words after the end', '<a/>done', /outside the document/],
    ['a close without an open', '</a>', /not opened/],
    ['too deep a nest', '<a>'.repeat(60), /elements deep/],
    ['an element without a name', '<>', /no tag/],
    ['nothing', '', /no element/],
    ['a declaration', '<!ELEMENT a ANY><a/>', /declaration/],
  ] as const)('with %s is refused', ([, text, why]) => {
    expect(() => readXml(text)).toThrow(why)
  })

  test('keeps what stands between tags, references and all', () => {
    expect(readXml('<a>a & b&c</a>').value).toBe('a & b&c')
    expect(readXml('<a id="1"> x &lt;&#65;&#x42;&amp; <![CDATA[<b>]]></a>')).toMatchObject({
      value: 'x <AB& <b>',
      children: [{ name: '@id', value: '1' }],
    })
  })

  test('of a megabyte of open tags is refused at once', () => {
    const began = performance.now()
    expect(() => readXml('<a>'.repeat(350_000))).toThrow()
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('nvidia-smi -q', () => {
  test('of schema 13 has the uncorrectable errors in two counters, and says what to do', () => {
    const gpu =
      '<gpu id="00000000:53:00.0"><gpu_recovery_action>None</gpu_recovery_action><ecc_errors><volatile><sram_uncorrectable_parity>1</sram_uncorrectable_parity><sram_uncorrectable_secded>2</sram_uncorrectable_secded></volatile><aggregate><sram_threshold_exceeded>No</sram_threshold_exceeded></aggregate><channel_repair_pending>No</channel_repair_pending></ecc_errors></gpu>'
    expect(readSmi(log(`${head}${gpu}`)).gpus[0]).toMatchObject({
      busId: '00000000:53:00.0',
      recoveryAction: 'None',
      ecc: {
        volatile: [
          ['sram_uncorrectable_parity', '1'],
          ['sram_uncorrectable_secded', '2'],
        ],
        repairPending: [['channel_repair_pending', 'No']],
      },
    })
  })

  test('for people says the same as for programs', () => {
    const text = [
      '==============NVSMI LOG==============',
      'Driver Version                            : 580.95.05',
      'Attached GPUs                             : 1',
      'GPU 00000000:00:1E.0',
      '    Persistence Mode                      : Enabled',
      '    MIG Mode',
      '        Current                           : N/A',
      '    Clocks Event Reasons',
      '        Idle                              : Active',
      '        HW Slowdown                       : Not Active',
      '            HW Thermal Slowdown           : Active',
      '    Remapped Rows                         : N/A',
    ].join('\n')
    expect(readSmi(text)).toMatchObject({
      driver: '580.95.05',
      gpus: [
        {
          busId: '00000000:00:1E.0',
          persistence: 'Enabled',
          mig: { current: 'N/A' },
          clockReasons: ['gpu_idle', 'hw_thermal_slowdown'],
          remapped: { pending: 'N/A', failure: 'N/A' },
        },
      ],
    })
  })

  test.for([
    ['another document', '<plist/>', /<plist>/],
    ['words', 'hello', /neither its driver/],
    ['a report without its head', log('<gpu id="1"/>'), /neither its driver/],
  ] as const)('that is %s is refused', ([, text, why]) => {
    expect(() => readSmi(text)).toThrow(why)
  })
})

describe('a tool of the accelerator', () => {
  const exec = (stdout: string, more: object = {}) => ({
    exitCode: 0,
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(''),
    timedOut: false,
    truncated: false,
    durationMs: 5,
    ...more,
  })
  const read = (raw: ReturnType<typeof exec>) => answer(raw, (said) => said)

  test('may be absent, hang, refuse or answer, and each is known', () => {
    expect(read(exec('', { exitCode: 127 }))).toEqual({ kind: 'absent' })
    expect(read(exec('', { exitCode: null, timedOut: true }))).toEqual({ kind: 'hung', afterMs: 5 })
    expect(read(exec('', { exitCode: 124 })).kind).toBe('hung')
    expect(read(exec('No devices were found', { exitCode: 6 }))).toMatchObject({
      kind: 'refused',
      exitCode: 6,
    })
    expect(read(exec('x'))).toEqual({ kind: 'answered', value: 'x' })
  })

  test('that refuses in words with status 0 has refused', () => {
    expect(read(exec('Failed to initialize NVML: Unknown Error\n')).kind).toBe('refused')
  })

  test('whose answer was cut is an error and no answer', () => {
    expect(() => read(exec('x', { truncated: true }))).toThrow(/not whole/)
  })
})

describe('lists of nvidia-smi', () => {
  test('MIG devices belong to the GPU above them', () => {
    expect(
      readList(
        'GPU 0: NVIDIA H200 (UUID: GPU-1)\n  MIG 1c.3g.71gb  Device  0: (UUID: MIG-2)\nGPU 1: NVIDIA H200 (UUID: GPU-1)\n',
      ),
    ).toEqual([
      { index: 0, product: 'NVIDIA H200', uuid: 'GPU-1', mig: ['1c.3g.71gb'] },
      { index: 1, product: 'NVIDIA H200', uuid: 'GPU-1', mig: [] },
    ])
  })

  test('the matrix is read with escapes, tabs, network cards and the column of newer drivers', () => {
    const text =
      '\t\u001b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m\nGPU0\t X \tNV18\tPHB\t0-47\t0\t\tN/A\nGPU1\tNV18\t X \tSYS\t48-95\t1\t\tN/A\n\nLegend:\n'
    expect(readTopology(text).links).toEqual([
      ['X', 'NV18'],
      ['NV18', 'X'],
    ])
    expect(() => readTopology(text.split('\nGPU1\t')[0] ?? '')).toThrow(/cut/)
  })

  test('links are counted by GPU, and MIG hides them', () => {
    expect(
      readNvlink(
        'GPU 0: A (UUID: x)\n\t Link 0: 25 GB/s\n\t Link 1: <inactive>\nGPU 1: A (UUID: y)\nNvlink queries are not supported for Devices in MIG mode\n',
      ),
    ).toEqual([
      { index: 0, links: ['25 GB/s', '<inactive>'], hidden: false },
      { index: 1, links: [], hidden: true },
    ])
    expect(() => readNvlink('what')).toThrow(/no line of/)
  })

  test('instances of both tables are read whatever their width', () => {
    expect(readMigTable('|   0  MIG 3g.20gb          9        2          4:4     |')).toEqual([
      { gpu: 0, profile: '3g.20gb', instance: 2 },
    ])
    expect(readMigTable('|   0      2       MIG 3g.20gb          2         0          0:3     |')).toEqual([
      { gpu: 0, profile: '3g.20gb', instance: 2 },
    ])
    expect(() => readMigTable('Segmentation fault')).toThrow(/no table/)
  })

  test('a table for programs must have as many values as columns', () => {
    expect(readSmiCsv('# $ x\nname, fb [MiB]\nNVIDIA L4-3Q, 2861 MiB\n')).toEqual([
      { name: 'NVIDIA L4-3Q', fb: '2861 MiB' },
    ])
    expect(() => readSmiCsv('a, b\n1\n')).toThrow(/1 values/)
  })
})

describe('what the kernel says', () => {
  test.for([
    ["NVRM: Xid (PCI:0000:9b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.", 79],
    ['NVRM: Xid (PCI:0000:05:00): 69', 69],
    ['[ 1.0] NVRM: Xid (0000:00:1e.0): 31, pid=1, name=a b c, Ch 00000008', 31],
    [
      'NVRM: Xid (PCI:0000:05:00.0): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)',
      154,
    ],
  ] as const)('%s', ([line, code]) => {
    expect(readAcceleratorLog(line).xids.map((xid) => xid.code)).toEqual([code])
  })

  test('an SXid is no Xid, and has its severity', () => {
    const { xids, sxids } = readAcceleratorLog(
      'nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 20034, Fatal, Link 30\nnvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal\n',
    )
    expect(xids).toEqual([])
    expect(sxids.map(({ severity }) => severity)).toEqual(['fatal', 'non-fatal'])
  })

  test('a Neuron error is found at the start of a line as well, and a benign line is none', () => {
    expect(
      readAcceleratorLog(
        'NEURON_HW_ERR=SRAM_UNCORRECTABLE_ERROR instance-id=i-1\nefa 0000:a0:1a.0 rdmap160s26: Failed to process command DEREG_MR',
      ).neuron,
    ).toEqual(['SRAM_UNCORRECTABLE_ERROR'])
  })
})

describe('drivers', () => {
  test('the flavour is in the first line', () => {
    expect(
      readDriverVersion(
        'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n',
      ),
    ).toEqual({ version: '580.95.05', flavour: 'open' })
    expect(readDriverVersion('NVRM version: NVIDIA UNIX aarch64 Kernel Module  575.51  Tue\n')).toEqual({
      version: '575.51',
      flavour: 'proprietary',
    })
    expect(() => readDriverVersion('')).toThrow(/names no version/)
  })

  test('options and states are read as modprobe and dkms print them', () => {
    expect(
      readModprobeOptions(
        'options nvidia NVreg_EnableGpuFirmware=0 NVreg_RegistryDwords="a=1;b=2"\noptions nvidia_drm modeset=1\n',
      ),
    ).toEqual({ EnableGpuFirmware: '0', RegistryDwords: 'a=1;b=2' })
    expect(
      readDkms(
        'nvidia/580.95.05, 6.12.40-64.114.amzn2023.x86_64, x86_64: installed\nefa, 2.15.0, 6.1.1-1.x86_64, x86_64: built\nneuron/2.21: added\n',
      ),
    ).toEqual([
      { module: 'nvidia/580.95.05', kernel: '6.12.40-64.114.amzn2023.x86_64', state: 'installed' },
      { module: 'efa', kernel: '6.1.1-1.x86_64', state: 'built' },
      { module: 'neuron/2.21', kernel: '', state: 'added' },
    ])
  })

  test('no output of a command passes for a header of another', () => {
    expect(readSections('==> a 0\n|==> b 0\n==> c 3\n')).toEqual({
      a: { exitCode: 0, text: '==> b 0' },
      c: { exitCode: 3, text: '' },
    })
    expect(() => readSections('|x')).toThrow(/neither a header/)
  })
})

describe('containers', () => {
  test('each device of libnvidia-container has a bus id', () => {
    expect(
      readContainerCli(
        'NVRM version:   580.95.05\nCUDA version:   13.0\n\nDevice Index:   0\nBus Location:   00000000:00:1e.0\n',
      ),
    ).toEqual({ driver: '580.95.05', cuda: '13.0', devices: ['00000000:00:1e.0'] })
  })

  test('a list that is shorter than it says was cut', () => {
    expect(
      readCdiList('time="x" level=info msg="Found 1 CDI devices"\nnvidia.com/gpu=all\n').devices,
    ).toEqual(['nvidia.com/gpu=all'])
    expect(() => readCdiList('level=info msg="Found 3 CDI devices"\nnvidia.com/gpu=0\n')).toThrow(/lists 1/)
  })

  test('a specification gives its devices and the paths of the host', () => {
    expect(
      readCdi(
        'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\n  containerEdits:\n    deviceNodes:\n    - path: /dev/nvidia0\ncontainerEdits:\n  mounts:\n  - hostPath: /usr/lib64/libcuda.so.580.95.05\n    containerPath: /usr/lib64/libcuda.so.580.95.05\n',
      ),
    ).toEqual({
      kind: 'nvidia.com/gpu',
      devices: ['0'],
      hostPaths: ['/usr/lib64/libcuda.so.580.95.05', '/dev/nvidia0'],
    })
  })

  test('mps wins over time slicing where both are given', () => {
    expect(
      readDevicePluginConfig(
        'version: v1\nflags: {migStrategy: single}\nsharing:\n  mps: {resources: [{name: nvidia.com/gpu, replicas: 4}]}\n  timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 2}]}\n',
      ),
    ).toEqual({
      migStrategy: 'single',
      sharing: { strategy: 'mps', renameByDefault: false, replicas: { 'nvidia.com/gpu': 4 } },
    })
    expect(
      readCheckpoint(
        '{"Data":{"PodDeviceEntries":null,"RegisteredDevices":{"nvidia.com/gpu":["a::0","a::1"]}},"Checksum":1}',
      ),
    ).toEqual({ 'nvidia.com/gpu': 2 })
  })
})

describe('a line of a megabyte', () => {
  const hostile = [
    `x${' '.repeat(1 << 20)}y`,
    'NVRM: '.repeat(170_000),
    'GPU 0: (UUID: '.repeat(70_000),
    'Fabric Manager '.repeat(70_000),
    `provider: ${' '.repeat(1 << 20)}y`,
    'AER: '.repeat(200_000),
  ]
  const readers = {
    readSmi,
    readList,
    readNvlink,
    readTopology,
    readAcceleratorLog,
    fabricFaults,
    readFabricInfo,
    readDkms,
    readSmiCsv,
    readMigTable,
  }

  test.for(Object.entries(readers))('costs %s next to nothing', ([, read]) => {
    const began = performance.now()
    for (const text of hostile)
      try {
        read(text)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('diagnostics, networks and Neuron', () => {
  test('both roots of DCGM are read, prose around them and statuses in either case', () => {
    const v3 =
      'Successfully ran\n{"DCGM GPU Diagnostic":{"test_categories":[{"category":"Hardware","tests":[{"name":"memory","results":[{"gpu_ids":"0","status":"SKIP"}]}]}]}}\ndone'
    expect(readDcgm(v3).tests).toEqual([
      { category: 'Hardware', name: 'memory', entity: '0', status: 'skip', warnings: [] },
    ])
    expect(() => readDcgm('{}')).toThrow(/neither/)
    expect(() => readDcgm('Error: unable to connect')).toThrow(/no JSON/)
  })

  test('cards are counted by domain, not by endpoint', () => {
    const three = ['efa-direct|rdm', 'efa|rdm', 'efa|dgrm']
      .map(
        (one) =>
          `provider: efa\n    fabric: ${one.split('|')[0]}\n    domain: rdmap47s0-${one.split('|')[1]}\n    type: FI_EP_RDM`,
      )
      .join('\n')
    expect(cardsOf(readFabricInfo(three))).toEqual(['rdmap47s0'])
    expect(readFabricInfo('fi_getinfo: -61 (No data available)\n')).toEqual([])
    expect(() => readFabricInfo('Killed')).toThrow(/no fi_info/)
  })

  test('neuron-ls says the same in both forms', () => {
    const table =
      'logical-neuroncore-config: 2\n| NEURON | NEURON | NEURON | CONNECTED |\n| DEVICE | CORES | MEMORY | DEVICES |\n+---+\n| 0 | 4 | 96 GB | 12, 3 |\n'
    const json =
      '[{"neuron_device":0,"nc_count":4,"memory_size":103079215104,"connected_to":[12,3],"logical_neuroncore_config":2}]'
    expect(readNeuronTable(table)).toEqual(readNeuronJson(json))
  })
})
