import { answered, trouble } from '../../facts/gpu/answer.ts'
import { all, each } from '../combine.ts'
import { equal, expected, fail, none, pass } from '../verdict.ts'
import { ofType } from './claim.ts'
import { eachGpu, isHidden, value, words } from './seen.ts'

const switched = {
  types: 'whose GPUs need the fabric manager (p4, p5, p6)',
  when: ({ fabricManager }: { readonly fabricManager: string }) => fabricManager === 'required',
}

export const manager = ofType({
  ...switched,
  id: 'gpu-fabric/manager',
  title: 'The fabric manager runs',
  severity: 'critical',
  judge: ({ facts }) =>
    equal(
      facts.units['nvidia-fabricmanager.service']?.ActiveState ?? 'not found',
      'active',
      'nvidia-fabricmanager.service: ActiveState',
    ),
  fix: 'Install the fabric manager of the driver’s very version. Without it nvidia-smi looks perfect, and CUDA ends with error 802.',
})

export const managerVersion = ofType({
  ...switched,
  id: 'gpu-fabric/manager-version',
  title: 'The fabric manager has the version of the driver',
  severity: 'critical',
  judge: ({ facts }) =>
    equal(facts.gpuFabric.version, facts.gpuDriver.loaded?.version, 'nv-fabricmanager --version'),
  fix: 'Pin both packages to one full version; a pattern such as 580* has pulled a fabric manager of another branch.',
})

export const managerLog = ofType({
  ...switched,
  id: 'gpu-fabric/manager-log',
  title: 'The fabric manager complains of no switch, no GPU and no version',
  severity: 'high',
  judge: ({ facts }) =>
    none(facts.gpuFabric.faults, 'no complaint', '/var/log/fabricmanager.log and its journal'),
  fix: 'A fatal SXid or a topology that does not match condemns the instance; a version that does not match condemns the image.',
})

export const registered = ofType({
  id: 'gpu-fabric/registered',
  title: 'Every GPU is registered with the fabric',
  severity: 'critical',
  types: 'whose GPUs need the fabric manager, or may (p5.4xlarge)',
  when: ({ fabricManager }) => fabricManager !== 'never',
  judge: ({ facts }, { fabricManager }) =>
    eachGpu(facts, ({ fabric, mig }, where) => {
      const mayHide = fabricManager === 'unknown' || mig.current === 'Enabled'
      return all(
        words(fabric.state, 'Completed', `${where}: fabric state`, mayHide),
        words(fabric.status, 'Success', `${where}: fabric status`, mayHide),
      )
    }),
  fix: 'Wait up to five minutes while it says In Progress; then read the log of the fabric manager. CUDA ends with error 802 until it is done.',
})

/** In schema 13 each part of the health is a word; these are the bad ones. */
const unhealthy = /^(true|yes|degraded|unhealthy|limited)/i

export const health = ofType({
  ...switched,
  id: 'gpu-fabric/health',
  title: 'The fabric of every GPU is healthy',
  severity: 'high',
  about: 'instance',
  judge: ({ facts }) =>
    eachGpu(facts, ({ fabric }, where) => {
      const said = fabric.health.filter(([, word]) => !isHidden(word))
      return all(
        ...said.map(([name, word]) =>
          unhealthy.test(word) ? fail(word, 'healthy', `${where}: ${name}`) : pass(word),
        ),
      )
    }),
  fix: 'Replace the instance. The words are those of nvidia-smi 590 and newer; not verified on a sick fabric.',
})

export const subnet = ofType({
  id: 'gpu-fabric/nvlsm',
  title: 'NVLink 5 has the subnet manager and the module that it needs',
  severity: 'high',
  types: 'with NVLink 5 (p6-b200, p6-b300)',
  when: ({ nvlsm }) => nvlsm,
  judge: ({ facts }) => {
    const names = new Set(facts.packages.map(({ name }) => name))
    return all(
      none(
        ['nvlsm', 'libibumad'].filter((name) => !names.has(name)),
        'both installed',
        'rpm -q nvlsm libibumad',
      ),
      none(
        ['ib_umad'].filter((name) => !facts.modules.loaded.includes(name)),
        'loaded',
        '/proc/modules',
      ),
    )
  },
  fix: 'Install nvlsm and libibumad, and load ib_umad at boot.',
})

export const imex = ofType({
  id: 'gpu-fabric/imex',
  title: 'The daemon that shares memory between nodes of a rack runs',
  severity: 'low',
  types: 'of a rack (p6e)',
  when: ({ imex }) => imex,
  judge: ({ facts }) =>
    equal(facts.units['nvidia-imex.service']?.ActiveState ?? 'not found', 'active', 'nvidia-imex.service'),
  fix: 'Install nvidia-imex of the driver’s version and give it the list of the nodes; not verified on EC2.',
})

export const topology = ofType({
  id: 'gpu-fabric/topology',
  title: 'Every GPU reaches every other one by the links that the instance type has',
  severity: 'critical',
  about: 'instance',
  types: 'all of whose GPUs are joined alike',
  when: ({ topology }) => topology !== null,
  judge: ({ facts }, { topology, count }) => {
    const problem = trouble('nvidia-smi topo -m', facts.gpuTopology)
    if (problem !== undefined) return fail(problem, 'a matrix', 'nvidia-smi topo -m')
    const { links } = answered(facts.gpuTopology) ?? { links: [] }
    const other = links.flatMap((row, from) =>
      row.flatMap((link, to) =>
        from !== to && link !== topology ? [`GPU${from} to GPU${to}: ${link}`] : [],
      ),
    )
    return all(
      equal(links.length, count, 'nvidia-smi topo -m: rows'),
      none(other, `${topology} between any two`, 'nvidia-smi topo -m'),
    )
  },
  fix: 'See that the fabric manager runs; then replace the instance.',
})

export const nvlinks = ofType({
  id: 'gpu-fabric/nvlinks',
  title: 'Every NVLink of every GPU is up',
  severity: 'critical',
  about: 'instance',
  types: 'with NVLink',
  when: ({ links }) => links > 0,
  judge: ({ facts }, { links, count }) => {
    const problem = trouble('nvidia-smi nvlink -s', facts.gpuNvlink)
    if (problem !== undefined) return fail(problem, 'the states of the links', 'nvidia-smi nvlink -s')
    const gpus = answered(facts.gpuNvlink) ?? []
    return all(
      equal(gpus.length, count, 'nvidia-smi nvlink -s: GPUs'),
      each(gpus, 'GPUs', 'nvidia-smi nvlink -s', (gpu) => {
        const where = `GPU ${gpu.index}`
        if (gpu.hidden) return value('N/A', where, () => pass(), true)
        const up = gpu.links.filter((state) => /^\d+(\.\d+)? GB\/s$/.test(state)).length
        return expected(
          up === links && gpu.links.length === links,
          { up, listed: gpu.links.length },
          `${links} links up`,
          where,
        )
      }),
    )
  },
  fix: 'See that the fabric manager runs; then replace the instance. `dcgmi diag -r 2` passes with every link down.',
})
