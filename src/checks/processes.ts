import type { Facts } from '../facts/index.ts'
import { check, type Verdict } from './check.ts'
import { all, each } from './combine.ts'
import { trace } from './trace.ts'
import { equal, expected } from './verdict.ts'

/** The daemon alone: a collection asks `containerd` questions while it looks. */
const ofContainerd = (facts: Facts, judge: (daemon: Facts['processes'][number]) => Verdict): Verdict => {
  const main = Number(facts.units['containerd.service']?.MainPID ?? 0)
  return each(
    facts.processes.filter(({ pid }) => pid === main),
    'processes of containerd',
    'containerd.service: MainPID',
    judge,
  )
}

export const oomScore = check({
  id: 'process/containerd-oom-score',
  title: 'The running containerd is protected from the OOM killer',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-T1'),
  needs: ['kernel'],
  verify: ({ facts }) =>
    ofContainerd(facts, ({ pid, oomScoreAdj }) => equal(oomScoreAdj, -999, `/proc/${pid}/oom_score_adj`)),
  fix: 'Set OOMScoreAdjust=-999 in the unit and restart containerd; a process keeps the score that it started with.',
})

export const cgroup = check({
  id: 'process/containerd-cgroup',
  title: 'The running containerd is where the kubelet is told to measure it',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A09'),
  verify: ({ facts }) =>
    ofContainerd(facts, ({ pid, cgroup }) =>
      expected(
        cgroup.endsWith('/runtime.slice/containerd.service'),
        cgroup,
        '/runtime.slice/containerd.service',
        `/proc/${pid}/cgroup`,
      ),
    ),
  fix: 'Put Slice=runtime.slice into the drop-in of containerd and restart it; --runtime-cgroups of the kubelet names the same place.',
})

/** Fewer files than this break databases and proxies. */
const leastOpenFiles = 65_536

const enoughFiles = ({ pid, limits }: Facts['processes'][number]): Verdict => {
  const files = limits['Max open files']
  return expected(
    files === 'unlimited' || Number(files) >= leastOpenFiles,
    files,
    `at least ${leastOpenFiles}`,
    `/proc/${pid}/limits: Max open files`,
  )
}

export const containerdFiles = check({
  id: 'process/containerd-open-files',
  title: 'The running containerd, whose limits its containers inherit, may open enough files',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-T1'),
  // Without CAP_SYS_RESOURCE a container keeps the limit that its engine gave it.
  needs: ['kernel'],
  verify: ({ facts }) => ofContainerd(facts, enoughFiles),
  fix: 'Set LimitNOFILE=infinity in the unit of containerd and restart it; a process keeps the limits that it started with.',
})

export const podFiles = check({
  id: 'process/pod-open-files',
  title: 'Every process in a pod may open enough files',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-T1'),
  needs: ['kernel'],
  verify: ({ facts }) =>
    all(...facts.processes.filter(({ cgroup }) => /kubepods|cri-containerd/.test(cgroup)).map(enoughFiles)),
  fix: 'Raise RLIMIT_NOFILE in process.rlimits of the base runtime spec, or LimitNOFILE in the unit of containerd.',
})
