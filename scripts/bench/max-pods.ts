import { type InstanceType, instanceTypes } from '../../src/max-pods/instance-type.ts'
import { maxPods } from '../../src/max-pods/max-pods.ts'
import { bashCalculator } from '../../src/max-pods/models/bash-calculator.ts'
import type { MaxPodsOptions } from '../../src/max-pods/options.ts'
import { type Bench, inTurns } from './measure.ts'

const modes: readonly MaxPodsOptions[] = [
  {},
  { prefixDelegation: true },
  { customNetworking: true },
  { prefixDelegation: true, customNetworking: true },
  { maxEnis: 2 },
  { reservedEnis: 1 },
  { podEni: true },
  { podsPerCore: 10 },
]

/** The three types of which nobody knows the ENIs can only be refused; all the others are counted, and some refused for their memory. */
const count = (instances: readonly InstanceType[]): number => {
  let refused = 0
  for (const options of modes)
    for (const instance of instances) {
      try {
        maxPods(instance, options)
      } catch {
        refused += 1
      }
    }
  return refused
}

const ask = (instances: readonly InstanceType[]): void => {
  for (const { prefixDelegation = false, customNetworking = false, maxEnis = null } of modes)
    for (const instance of instances)
      bashCalculator(instance.type, instance, {
        cniVersion: '1.18.0',
        prefixDelegation,
        customNetworking,
        maxEnis: maxEnis ?? null,
        showMaxAllowed: false,
      })
}

export const maxPodsBench: Bench = {
  name: 'max-pods',
  run: async () => {
    const instances = instanceTypes()
    const refused = count(instances)
    if (refused > 100) throw new Error(`${refused} types were refused: this measures errors`)
    const { ours, peers } = inTurns(
      15,
      () => count(instances),
      () => ask(instances),
    )
    return {
      name: 'max-pods',
      what: `max pods of ${instances.length} types × ${modes.length} modes`,
      medianMs: ours,
      peer: "AL2's calculator as a function",
      peerMedianMs: peers,
      limit: { of: 'milliseconds', most: 50 },
    }
  },
}
