import { findInstanceType } from '../../max-pods/instance-type.ts'
import type { NodeSpec } from '../../spec/node-spec.ts'
import { type Check, check, type Node, type Verdict } from '../check.ts'
import { trace } from '../trace.ts'
import { type NvidiaType, neuronType, nvidiaType } from './tables.ts'

/** What every check of accelerators may leave out. */
type Claim = Omit<Check, 'phase' | 'tags'> & Partial<Pick<Check, 'phase' | 'tags'>>

const controls = trace('EN-02', 'RD-18')

/** Whether the image is one for NVIDIA GPUs, whatever it runs on. */
const isNvidia = ({ image }: NodeSpec): boolean => image.variant === 'nvidia'

/** Types that EC2's table lists without a GPU have none; a type that no table knows may have some. */
export const hasGpu = (spec: NodeSpec): boolean => {
  if (!isNvidia(spec)) return false
  const type = spec.instance?.type
  if (type === undefined || nvidiaType(spec) !== undefined) return true
  return findInstanceType(type)?.gpus.some(({ manufacturer }) => manufacturer === 'NVIDIA') ?? true
}

/** Of the image: what was installed, whether or not a GPU is there to use it. */
export const ofNvidiaImage = (claim: Claim): Check =>
  check({
    phase: 'boot',
    tags: ['gpu'],
    controls,
    applies: isNvidia,
    unless: 'the image is not one for NVIDIA GPUs',
    ...claim,
  })

/** Of a node with a GPU: where none can be shown, it is unproven. */
export const ofGpu = (claim: Claim): Check =>
  check({
    phase: 'boot',
    tags: ['gpu'],
    controls,
    needs: ['gpu'],
    applies: hasGpu,
    unless: 'the spec calls for no NVIDIA GPU',
    ...claim,
  })

type Typed = Omit<Claim, 'verify'> & {
  /** Which instance types it is about, in words for where it is not. */
  readonly types: string
  readonly when?: (type: NvidiaType) => boolean
  readonly judge: (node: Node, type: NvidiaType) => Verdict
}

/** Of a node whose instance type is known: what is expected follows from the table. */
export const ofType = ({ types, when = () => true, judge, ...claim }: Typed): Check => {
  const typeOf = (spec: NodeSpec): NvidiaType | undefined => {
    const type = isNvidia(spec) ? nvidiaType(spec) : undefined
    return type && when(type) ? type : undefined
  }
  return check({
    phase: 'boot',
    tags: ['gpu'],
    controls,
    needs: ['gpu'],
    applies: (spec) => typeOf(spec) !== undefined,
    unless: `the spec does not name an instance type ${types}`,
    ...claim,
    verify: (node) => {
      const type = typeOf(node.spec)
      if (!type) throw new Error('the check was asked about a type that it is not about')
      return judge(node, type)
    },
  })
}

/** Of an image for Neuron devices. */
export const ofNeuron = (claim: Claim): Check =>
  check({
    phase: 'boot',
    tags: ['gpu', 'neuron'],
    controls,
    needs: ['kernel'],
    applies: ({ image }) => image.variant === 'neuron',
    unless: 'the image is not one for Neuron devices',
    ...claim,
  })

/** EFA interfaces that the instance type of an accelerated image can have. */
export const mostEfas = (spec: NodeSpec): number =>
  spec.image.variant === 'standard' ? 0 : (nvidiaType(spec)?.efa ?? neuronType(spec)?.efa ?? 0)

/** Of an accelerated node whose type can have EFA. */
export const ofEfa = (claim: Claim): Check =>
  check({
    phase: 'boot',
    tags: ['gpu', 'efa'],
    controls,
    needs: ['kernel'],
    applies: (spec) => mostEfas(spec) > 0,
    unless: 'the spec names no accelerated instance type that can have EFA',
    ...claim,
  })
