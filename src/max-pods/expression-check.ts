import type { Expr } from '../lib/cel.ts'
import { messageNamed, type Overload, overloadsOf, typeNamed } from './expression-library.ts'
import {
  assignable,
  type Bindings,
  bool,
  dyn,
  formatType,
  isExactly,
  list,
  map,
  mostGeneral,
  param,
  scalar,
  substitute,
  type Type,
} from './expression-type.ts'

/** Names of variables and their types, innermost scope first. */
interface Scope {
  readonly name: string
  readonly type: Type
  readonly outer: Scope | undefined
}

/** Why an expression does not compile. Never leaves this layer. */
export class TypeMistake extends Error {}

const constants: Readonly<Record<string, string>> = {
  boolValue: 'bool',
  bytesValue: 'bytes',
  doubleValue: 'double',
  int64Value: 'int',
  nullValue: 'null_type',
  stringValue: 'string',
  uint64Value: 'uint',
}

/**
 * The type of a parsed expression by cel-go's type checker (checker/checker.go), which the library lacks: without it `max_pods * 1.5` or a
 * ternary with branches of two types would only fail when that branch runs.
 * @throws TypeMistake where cel-go refuses to compile.
 */
export const typeOfExpression = (expr: Expr, variables: Readonly<Record<string, Type>>): Type => {
  let bindings: Bindings = new Map()
  let parameters = 0
  const freshParameter = (): Type => param(`${++parameters}`)

  /** Keeps what was learned only where everything fits. */
  const fits = (pairs: readonly (readonly [Type, Type])[]): boolean => {
    const attempt = new Map(bindings)
    if (!pairs.every(([from, to]) => assignable(attempt, from, to))) return false
    bindings = attempt
    return true
  }
  const join = (types: readonly Type[]): Type =>
    types.reduce(
      (joined, type) => (fits([[joined, type]]) ? mostGeneral(joined, type) : dyn),
      types[0] ?? freshParameter(),
    )
  const mistake = (message: string): never => {
    throw new TypeMistake(message)
  }

  const variable = (name: string, scope: Scope | undefined): Type | undefined => {
    for (let each = scope; each; each = each.outer) if (each.name === name) return each.type
    const bare = name.replace(/^\./, '')
    return Object.hasOwn(variables, bare) ? variables[bare] : typeNamed(bare)
  }

  const call = (name: string, receiver: Type | undefined, rest: readonly Type[]): Type => {
    const overloads = overloadsOf(name) ?? mistake(`there is no function ${JSON.stringify(name)}`)
    const args = receiver ? [receiver, ...rest] : rest
    let result: Type | undefined
    for (const overload of overloads) {
      if (overload.receiver !== (receiver !== undefined) || overload.args.length !== args.length) continue
      const fresh = instantiate(overload, freshParameter)
      if (!fits(args.map((arg, i) => [arg, fresh.args[i] ?? dyn] as const))) continue
      const found = substitute(bindings, fresh.result)
      result = result === undefined || isExactly(result, found) ? found : dyn
    }
    return (
      result ??
      mistake(
        `${JSON.stringify(name)} does not take (${args.map((arg) => formatType(substitute(bindings, arg))).join(', ')})`,
      )
    )
  }

  const check = (node: Expr | undefined, scope: Scope | undefined): Type => {
    const kind = node?.exprKind
    switch (kind?.case) {
      case 'constExpr':
        return scalar(constants[constantKind(kind.value.constantKind)] ?? 'dyn')
      case 'identExpr':
        return variable(kind.value.name, scope) ?? mistake(`${JSON.stringify(kind.value.name)} is unknown`)
      case 'selectExpr': {
        const qualified = qualifiedName(node)
        const denoted = qualified === undefined || kind.value.testOnly ? undefined : typeNamed(qualified)
        if (denoted) return denoted
        const operand = substitute(bindings, check(kind.value.operand, scope))
        const field = fieldType(operand) ?? mistake(`${formatType(operand)} has no fields`)
        return kind.value.testOnly ? bool : field
      }
      case 'callExpr': {
        const rest = kind.value.args.map((arg) => check(arg, scope))
        const receiver = kind.value.target && check(kind.value.target, scope)
        return call(kind.value.function, receiver, rest)
      }
      case 'listExpr':
        return list(join(kind.value.elements.map((element) => check(element, scope))))
      case 'structExpr': {
        const { messageName, entries } = kind.value
        if (messageName === '') {
          const keys = entries.map(({ keyKind }) =>
            check(keyKind.case === 'mapKey' ? keyKind.value : undefined, scope),
          )
          const values = entries.map((entry) => check(entry.value, scope))
          return map(join(keys), join(values))
        }
        const message = messageNamed(messageName) ?? mistake(`${JSON.stringify(messageName)} is no message`)
        for (const { keyKind, value } of entries) {
          const name = keyKind.case === 'fieldKey' ? keyKind.value : ''
          const field = message.field(name) ?? mistake(`${messageName} has no field ${JSON.stringify(name)}`)
          if (!fits([[field, check(value, scope)]]))
            mistake(`${messageName}.${name} is a ${formatType(field)}`)
        }
        return message.is
      }
      case 'comprehensionExpr': {
        const { iterRange, accuInit, accuVar, iterVar, loopCondition, loopStep, result } = kind.value
        const range = substitute(bindings, check(iterRange, scope))
        const accumulator = check(accuInit, scope)
        const element =
          range.kind === 'list' || range.kind === 'map'
            ? (range.params[0] ?? dyn)
            : range.kind === 'dyn' || (range.kind.startsWith('$') && fits([[dyn, range]]))
              ? dyn
              : mistake(`${formatType(range)} is no list and no map`)
        const outer: Scope = { name: accuVar, type: accumulator, outer: scope }
        const inner: Scope = { name: iterVar, type: element, outer }
        if (!fits([[bool, check(loopCondition, inner)]])) mistake('a condition is no bool')
        if (!fits([[accumulator, check(loopStep, inner)]])) mistake('a predicate is no bool')
        return substitute(bindings, check(result, outer))
      }
      default:
        return mistake('a part is missing')
    }
  }
  return substitute(bindings, check(expr, undefined))
}

/** A literal that Go's parser refuses is a compile error: out of 64 bits, or a double without end. */
const constantKind = (constant: { readonly case?: string | undefined; readonly value?: unknown }): string => {
  const { case: name = '', value } = constant
  const int = typeof value === 'bigint' ? value : 0n
  const fits =
    name === 'uint64Value'
      ? int < 2n ** 64n
      : int >= -(2n ** 63n) && int < 2n ** 63n && (name !== 'doubleValue' || Number.isFinite(value))
  if (fits) return name
  throw new TypeMistake(`the literal ${value} is too large`)
}

const fieldType = (operand: Type): Type | undefined => {
  if (operand.kind === 'map') return operand.params[1]
  return operand.kind === 'dyn' || operand.kind.startsWith('$') ? dyn : undefined
}

const qualifiedName = (node: Expr | undefined): string | undefined => {
  const kind = node?.exprKind
  if (kind?.case === 'identExpr') return kind.value.name.replace(/^\./, '')
  if (kind?.case !== 'selectExpr' || kind.value.testOnly) return undefined
  const operand = qualifiedName(kind.value.operand)
  return operand === undefined ? undefined : `${operand}.${kind.value.field}`
}

/** The overload with type parameters of its own. */
const instantiate = ({ args, result }: Overload, fresh: () => Type): Pick<Overload, 'args' | 'result'> => {
  const own: Bindings = new Map([
    [param('A').kind, fresh()],
    [param('B').kind, fresh()],
  ])
  return { args: args.map((arg) => substitute(own, arg)), result: substitute(own, result) }
}
