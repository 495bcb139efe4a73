import { trouble } from '../../facts/gpu/answer.ts'
import { compareVersions } from '../../lib/versions.ts'
import { all } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, fail, none, pass } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { amount, branchOf, eachGpu, saysLess, smiOf, value, words } from './seen.ts'
import { leastDriver } from './tables.ts'

export const answers = ofGpu({
  id: 'gpu-driver/answers',
  title: 'nvidia-smi answers in time',
  severity: 'critical',
  verify: ({ facts }) => {
    const { gpuList, gpuSmi } = facts
    return all(
      ...[['nvidia-smi -L', gpuList] as const, ['nvidia-smi -q -x', gpuSmi] as const].map(
        ([command, said]) => {
          const problem = trouble(command, said)
          return problem === undefined ? pass() : fail(problem, 'an answer', command)
        },
      ),
    )
  },
  fix: 'Read the kernel log: on a version mismatch install one version of module and libraries, on a hang with Xid 119 reset the GPU and change its GSP setting, and replace the instance where no device is found.',
})

export const seesEveryGpu = ofType({
  id: 'gpu-driver/sees-every-gpu',
  title: 'The driver lists as many GPUs as the instance type has',
  severity: 'critical',
  about: 'instance',
  types: 'with NVIDIA GPUs',
  judge: ({ facts }, { count }) => {
    const smi = smiOf(facts)
    const list = facts.gpuList.kind === 'answered' ? facts.gpuList.value.length : undefined
    return all(
      equal(amount(smi.attached), count, 'nvidia-smi -q: attached_gpus'),
      equal(smi.gpus.length, count, 'nvidia-smi -q: GPUs described'),
      list === undefined ? pass() : equal(list, count, 'nvidia-smi -L'),
    )
  },
  fix: 'Look for Xid 79 or a failed RmInitAdapter in the kernel log, and replace the instance.',
})

export const describesWhatItCounts = ofGpu({
  id: 'gpu-driver/describes-every-gpu',
  title: 'nvidia-smi describes as many GPUs as it says are attached',
  severity: 'high',
  about: 'instance',
  verify: ({ facts }) => {
    const { attached, gpus } = smiOf(facts)
    return equal(gpus.length, amount(attached), 'nvidia-smi -q: attached_gpus')
  },
  fix: 'A GPU vanished between two questions: read the kernel log for Xid 79, and replace the instance.',
})

export const cuda = ofGpu({
  id: 'gpu-driver/cuda',
  title: 'The driver is new enough for the CUDA that it announces, and for the one that the spec names',
  severity: 'high',
  controls: trace('RD-14b', 'RD-18'),
  verify: ({ facts, spec }) => {
    const { cuda = '', driver = '' } = smiOf(facts)
    const meant = spec.image.components.cuda ?? ''
    const majors = [cuda, meant].flatMap((one) => /\d+/.exec(one)?.[0] ?? []).map(Number)
    return all(
      ...majors.map((major) => {
        const least = leastDriver(major)
        return expected(
          least === undefined || branchOf(driver) >= least,
          driver,
          `${least} or newer for CUDA ${major}`,
          'nvidia-smi -q: driver_version',
        )
      }),
      meant === '' || cuda === '' || compareVersions(cuda, /[\d.]+/.exec(meant)?.[0] ?? '0') >= 0
        ? pass(cuda)
        : fail(cuda, `CUDA ${meant}`, 'nvidia-smi -q: cuda_version'),
    )
  },
  fix: 'Build the image with a newer driver branch, or containers with an older CUDA: 13 needs 580, 12 needs 525.',
})

export const starts = ofGpu({
  id: 'gpu-driver/starts',
  title: 'The kernel has not logged that the driver could not start a GPU',
  severity: 'critical',
  verify: ({ facts }) => none(facts.gpuKernelLog.initialisation, 'no failed start', 'journalctl -k -b'),
  fix: 'The lines say why: an API mismatch wants one version, a GPU that requires the open modules wants them, a fallen GPU a new instance.',
})

/** A100-40GB is `A100` in the product's name. */
const wordsOf = (text: string): readonly string[] =>
  text
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean)

export const product = ofType({
  id: 'gpu-driver/product',
  title: 'nvidia-smi names the GPU that the instance type has',
  severity: 'high',
  about: 'instance',
  types: 'with NVIDIA GPUs',
  judge: ({ facts }, { product, model }) =>
    eachGpu(facts, (gpu, where) =>
      value(gpu.product, where, (said) => {
        if (product !== null) return equal(said, product, where)
        const wanted = wordsOf(model.replace(/-\d+GB$/, ''))
        return expected(
          wanted.every((word) => wordsOf(said).includes(word)),
          said,
          model,
          where,
        )
      }),
    ),
  fix: 'Another instance type was launched, or the licence of a virtual GPU gave another profile.',
})

export const memory = ofType({
  id: 'gpu-driver/memory',
  title: 'Every GPU has the memory that the instance type has, less what ECC and the driver keep',
  severity: 'high',
  about: 'instance',
  types: 'whose memory EC2 says',
  when: ({ memoryMiB }) => memoryMiB !== null,
  judge: ({ facts }, { memoryMiB }) =>
    eachGpu(facts, (gpu, where) =>
      value(gpu.memoryTotal, where, (said) => {
        const [found, whole] = [amount(said) ?? 0, memoryMiB ?? 0]
        // T4: 15360 of 16384 MiB, 6 % less; A10G: 23028 of 22888 MiB, 0.6 % more (captures).
        return expected(
          found >= whole * 0.92 && found <= whole * 1.02,
          said,
          `92 to 102 % of ${whole} MiB`,
          where,
        )
      }),
    ),
  fix: 'Replace the instance; a GPU with MIG instances still says its whole memory.',
})

export const computeMode = ofGpu({
  id: 'gpu-driver/compute-mode',
  title: 'Every GPU takes work of more than one process, unless MPS holds it',
  severity: 'high',
  verify: ({ facts }) => {
    const mps = facts.processes.some(({ name }) => /^nvidia-cuda-mps/.test(name))
    return eachGpu(facts, (gpu, where) =>
      words(gpu.computeMode, mps ? 'Exclusive_Process' : 'Default', where, saysLess(gpu)),
    )
  },
  fix: 'Run `nvidia-smi -c DEFAULT`; only the MPS daemon sets EXCLUSIVE_PROCESS.',
})

export const idle = ofGpu({
  id: 'gpu-driver/idle',
  title: 'No process holds a GPU before any workload came',
  severity: 'medium',
  verify: ({ facts }) => eachGpu(facts, (gpu, where) => none(gpu.processes, 'no process', where)),
  fix: 'Find out who started it; a display server has no place on a node.',
})

export const persistence = ofGpu({
  id: 'gpu-driver/persistence',
  title: 'Every GPU stays started while nobody uses it',
  severity: 'high',
  verify: ({ facts }) => eachGpu(facts, (gpu, where) => words(gpu.persistence, 'Enabled', where)),
  fix: 'Enable nvidia-persistenced.service; without it each first call takes seconds, and settings are lost.',
})

export const persistenced = ofGpu({
  id: 'gpu-driver/persistenced',
  title: 'The persistence daemon runs, and starts at every boot',
  severity: 'high',
  verify: ({ facts }) => {
    const { ActiveState = 'not found', UnitFileState = '' } = facts.units['nvidia-persistenced.service'] ?? {}
    return all(
      equal(ActiveState, 'active', 'nvidia-persistenced.service: ActiveState'),
      expected(
        /^enabled/.test(UnitFileState),
        UnitFileState,
        'enabled',
        'nvidia-persistenced.service: UnitFileState',
      ),
    )
  },
  fix: 'Run `systemctl enable nvidia-persistenced`; a unit without [Install] cannot be enabled and says `static`.',
})

export const license = ofType({
  id: 'gpu-driver/virtual-license',
  title: 'A virtual GPU has its licence',
  severity: 'high',
  types: 'with a part of a GPU',
  when: ({ vgpu }) => vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, (gpu, where) =>
      expected(/^Licensed\b/.test(gpu.license ?? ''), gpu.license, 'Licensed', where),
    ),
  fix: 'Start nvidia-gridd and let it reach the licence server; without a licence the GPU is slowed down within minutes.',
})
