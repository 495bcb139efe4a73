/** A CEL type: `int`, `dyn`, …; `list`, `map` and `type` with parameters; `param` for a type still to be found. */
export interface Type {
  readonly kind: string
  readonly params: readonly Type[]
}
/** What is known of type parameters, by name. */
export type Bindings = Map<string, Type>

const simple = (kind: string): Type => ({ kind, params: [] })
export const dyn = simple('dyn')
export const bool = simple('bool')
export const param = (name: string): Type => simple(`$${name}`)
export const list = (element: Type): Type => ({ kind: 'list', params: [element] })
export const map = (key: Type, value: Type): Type => ({ kind: 'map', params: [key, value] })
export const scalar = simple

const isParam = (type: Type): boolean => type.kind.startsWith('$')
const nullable: ReadonlySet<string> = new Set(['null_type', 'timestamp', 'duration'])

const same = (a: Type, b: Type): boolean => a.kind === b.kind && everyPair(a, b, same)

const everyPair = (a: Type, b: Type, test: (a: Type, b: Type) => boolean): boolean =>
  a.params.length === b.params.length &&
  a.params.every((each, i) => {
    const other = b.params[i]
    return other !== undefined && test(each, other)
  })

/** Whether a value of one type can stand for the other; what that says of type parameters is added to the bindings. checker/types.go. */
export const assignable = (bindings: Bindings, from: Type, to: Type): boolean => {
  if (isParam(to)) {
    const bound = bind(bindings, from, to)
    if (bound.valid) return true
    if (bound.wasBound) return false
  }
  if (isParam(from)) return bind(bindings, to, from).valid
  if (from.kind === 'dyn' || to.kind === 'dyn') return true
  if (from.kind === 'null_type') return nullable.has(to.kind)
  if (to.kind === 'null_type') return nullable.has(from.kind)
  if (from.kind !== to.kind) return false
  return from.kind === 'type' || everyPair(from, to, (a, b) => assignable(bindings, a, b))
}

const bind = (bindings: Bindings, type: Type, parameter: Type): { valid: boolean; wasBound: boolean } => {
  if (same(type, parameter)) return { valid: true, wasBound: true }
  const bound = bindings.get(parameter.kind)
  if (bound) {
    if (same(type, bound)) return { valid: true, wasBound: true }
    if (!assignable(bindings, type, bound)) return { valid: false, wasBound: true }
    const general = mostGeneral(type, bound)
    if (!occurs(bindings, parameter, general)) bindings.set(parameter.kind, general)
    return { valid: true, wasBound: true }
  }
  if (occurs(bindings, parameter, type)) return { valid: false, wasBound: false }
  bindings.set(parameter.kind, type)
  return { valid: true, wasBound: false }
}

const occurs = (bindings: Bindings, parameter: Type, within: Type): boolean => {
  if (same(parameter, within)) return true
  if (!isParam(within)) return within.params.some((each) => occurs(bindings, parameter, each))
  const bound = bindings.get(within.kind)
  return bound !== undefined && occurs(bindings, parameter, bound)
}

export const mostGeneral = (a: Type, b: Type): Type => (lessSpecific(a, b) ? a : b)

const lessSpecific = (a: Type, b: Type): boolean => {
  if (a.kind === 'dyn' || isParam(a)) return true
  if (b.kind === 'dyn' || isParam(b) || a.kind !== b.kind) return false
  return a.kind === 'type' || everyPair(a, b, lessSpecific)
}

/** The type with every bound parameter replaced. */
export const substitute = (bindings: Bindings, type: Type): Type => {
  const bound = bindings.get(type.kind)
  if (bound) return substitute(bindings, bound)
  return type.params.length === 0
    ? type
    : { kind: type.kind, params: type.params.map((each) => substitute(bindings, each)) }
}

export const isExactly = same

/** As CEL's messages write it: `list(int)`. */
export const formatType = (type: Type): string =>
  isParam(type)
    ? 'dyn'
    : type.params.length > 0
      ? `${type.kind}(${type.params.map(formatType).join(', ')})`
      : type.kind
