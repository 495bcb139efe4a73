import { expect, test } from 'vitest'
import { noise, unexplained } from '../../../src/checks/journal-noise.ts'
import { readLogLine } from '../../../src/checks/log-line.ts'

const containerd = (level: string, msg: string, error?: string) =>
  `time="2023-09-17T17:34:40.328011138Z" level=${level} msg=${JSON.stringify(msg)}${error === undefined ? '' : ` error=${JSON.stringify(error)}`} type=io.containerd.snapshotter.v1`

/** The lines that the process documents quote from real nodes. */
const samples = {
  containerd: [
    containerd(
      'info',
      'skip loading plugin "io.containerd.snapshotter.v1.blockfile"...',
      'no scratch file generator: skip plugin',
    ),
    containerd(
      'warning',
      'failed to load plugin io.containerd.snapshotter.v1.devmapper',
      'devmapper not configured',
    ),
    containerd(
      'info',
      'skip loading plugin "io.containerd.snapshotter.v1.zfs"...',
      'path /var/lib/containerd/io.containerd.snapshotter.v1.zfs must be a zfs filesystem to be used with the zfs snapshotter: skip plugin',
    ),
    containerd(
      'warning',
      'could not use snapshotter devmapper in metadata plugin',
      'devmapper not configured',
    ),
    containerd(
      'error',
      'failed to load cni during init, please check CRI plugin status before setting up network for pods',
      'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config',
    ),
    containerd(
      'info',
      'skip loading plugin "io.containerd.tracing.processor.v1.otlp"...',
      'no OpenTelemetry endpoint: skip plugin',
    ),
    containerd(
      'info',
      'skipping tracing processor initialization (no tracing plugin)',
      'no OpenTelemetry endpoint: skip plugin',
    ),
  ],
  kubelet: [
    'Flag --cloud-provider has been deprecated, will be removed in 1.25 or later, in favor of removing cloud provider code from Kubelet.',
  ],
}

test.for(Object.entries(samples))('the known lines of %s are explained', ([unit, lines]) => {
  expect(
    unexplained(
      unit,
      lines.map((message) => ({ message })),
      '2026-11-20',
    ),
  ).toEqual([])
})

test('a flag that the configuration file should hold is not noise', () => {
  const message =
    'Flag --container-runtime-endpoint has been deprecated, This parameter should be set via the config file'
  expect(unexplained('kubelet', [{ message, priority: 6 }], '2026-11-20')).toMatchObject([
    { level: 'warning' },
  ])
})

test('noise of one unit does not excuse another', () => {
  const [, message = ''] = samples.containerd
  expect(unexplained('kubelet', [{ message }], '2026-11-20')).toHaveLength(1)
})

test('the day after an explanation expires, the line is back, and says why', () => {
  const [, message = ''] = samples.containerd
  expect(unexplained('containerd', [{ message }], '2028-12-31')).toEqual([])
  expect(unexplained('containerd', [{ message }], '2029-01-01')[0]?.line).toMatch(
    /explained until 2028-12-31/,
  )
})

test('an error is known by the words of the program, not by the priority that stderr got', () => {
  expect(readLogLine(containerd('error', 'a "quoted" thing', 'b'), 6)).toEqual({
    level: 'error',
    says: 'a "quoted" thing: b',
  })
  expect(readLogLine('E0917 13:12:49.123456    1814 kubelet.go:12] "boom" err="x"', 6)).toEqual({
    level: 'error',
    says: 'kubelet.go:12] "boom" err="x"',
  })
  expect(readLogLine('{"level":"error","msg":"failed to fetch","error":"EOF"}', 6)).toEqual({
    level: 'error',
    says: 'failed to fetch: EOF',
  })
  expect(readLogLine('{"level":"error"', 3)).toEqual({ level: 'error', says: '{"level":"error"' })
  expect(readLogLine('{"level":4,"msg":null}', 6).level).toBe('info')
  expect(readLogLine('Failed to start foo.service', 3).level).toBe('error')
  expect(readLogLine('hello', undefined).level).toBe('info')
})

test('every explanation has a reason, an end and a source', () => {
  expect(
    noise.filter(
      ({ reason, until, source }) => !reason.endsWith('.') || !/^\d{4}-\d\d-\d\d$/.test(until) || !source,
    ),
  ).toEqual([])
})
