import { text } from '../../lib/exec.ts'
import { noSuchCommand } from '../absent.ts'
import { fact } from '../fact.ts'
import { cut, lines, record } from '../text.ts'
import { type Answer, answer } from './answer.ts'
import { type NeuronDevice, readNeuronJson } from './neuron.ts'

const path = 'PATH=$PATH:/opt/aws/neuron/bin'

/** `neuron-ls -j`. */
export const neuronDevices = fact({
  probe: `${path}
command -v neuron-ls >/dev/null 2>&1 || exit ${noSuchCommand}
exec neuron-ls --json-output`,
  version: 1,
  timeoutMs: 60_000,
  partial: true,
  parse: (raw): Answer<readonly NeuronDevice[]> => answer(raw, readNeuronJson),
})

/** Hardware error counters of Neuron devices by path below /sys/devices/virtual/neuron_device; the tree moved in driver 2.31, so any depth is read. */
export const neuronCounters = fact({
  probe: `d=/sys/devices/virtual/neuron_device
[ -d "$d" ] || exit 0
cd "$d" || exit 2
find . -name '*ecc*uncorrected*' ! -type l -prune | while read -r f; do
  [ -d "$f" ] && f=$f/total
  [ -r "$f" ] && echo "$f=$(head -n 1 "$f")"
done
true`,
  version: 1,
  parse: (raw): Readonly<Record<string, string>> =>
    record(
      lines(text(raw.stdout)).map((line) => {
        const pair = cut(line, '=')
        if (!pair) throw new Error(`"${line.slice(0, 80)}" is no counter`)
        return [pair[0].replace(/^\.\//, ''), pair[1].trim()] as const
      }),
    ),
})

/** The first report of `neuron-monitor`, which prints one JSON object each period; its top-level keys with the errors they hold. */
export const neuronMonitor = fact({
  probe: `${path}
command -v neuron-monitor >/dev/null 2>&1 || exit ${noSuchCommand}
timeout 15 neuron-monitor 2>/dev/null | head -n 1`,
  version: 1,
  timeoutMs: 25_000,
  partial: true,
  parse: (raw): Answer<Readonly<Record<string, string>>> => answer(raw, readMonitor),
})

/** What each part of neuron-monitor's report says is wrong; an empty string is a part without an error. */
export const readMonitor = (text: string): Readonly<Record<string, string>> => {
  const report: unknown = JSON.parse(lines(text)[0] ?? '')
  if (typeof report !== 'object' || report === null)
    throw new Error('the report of neuron-monitor is no object')
  return record(
    Object.entries(report).map(([name, part]) => {
      const error: unknown = typeof part === 'object' && part !== null && 'error' in part ? part.error : ''
      return [name, typeof error === 'string' ? error : JSON.stringify(error)] as const
    }),
  )
}
