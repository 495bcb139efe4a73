import { instanceTypes } from '../instance-type.ts'
import { standardMaxPods } from '../nodeadm.ts'

/**
 * What AL2's bootstrap.sh reads from eni-max-pods.txt: `awk "/^$INSTANCE_TYPE/ {print $2}"`, so the type is a pattern for the beginning of a
 * line, in which a dot stands for any character. One value for each line that matches; empty: it would run the calculator instead.
 * amazon-eks-ami b2289030^.
 */
export const al2BootstrapMaxPods = (type: string): readonly number[] =>
  instanceTypes().flatMap((record) => {
    const { maxEnis, ipv4PerEni } = record
    const listed = record.sources.includes('a') && maxEnis !== null && ipv4PerEni !== null
    if (!listed) return []
    const pods = standardMaxPods({ maxEnis, ipv4PerEni })
    return matchesBeginning(`${record.type} ${pods}`, type) ? [pods] : []
  })

const matchesBeginning = (line: string, pattern: string): boolean =>
  pattern.length <= line.length &&
  [...pattern].every((character, i) => character === '.' || character === line[i])
