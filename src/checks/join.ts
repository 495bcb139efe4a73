import { check } from './check.ts'
import { all } from './combine.ts'
import { trace } from './trace.ts'
import { expected } from './verdict.ts'

/** Seconds since 1970 as ISO 8601, UTC. */
const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '')

export const orderOnDisk = check({
  id: 'join/order',
  title: 'The configuration of containerd and of the kubelet was written before either was started with it',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-O*', 'RD-O7', 'RD-O8'),
  needs: ['kubelet'],
  verify: ({ facts }) =>
    all(
      ...(
        [
          ['/etc/containerd/config.toml', 'containerd.service'],
          ['/etc/kubernetes/kubelet/config.json', 'kubelet.service'],
          ['/etc/eks/kubelet/environment', 'kubelet.service'],
        ] as const
      ).map(([path, unit]) => {
        const written = facts.stats.entries[path]?.mtime
        const started = Date.parse(facts.units[unit]?.ActiveEnterTimestamp ?? '') / 1000
        return expected(
          written !== undefined && started >= written,
          {
            written: written === undefined ? 'never written' : moment(written),
            started: Number.isNaN(started) ? 'never started' : moment(started),
          },
          `${unit} started after ${path} was written`,
          path,
        )
      }),
    ),
  fix: 'Restart the unit, and find out who writes the file after nodeadm: what is on disk is not what runs.',
})
