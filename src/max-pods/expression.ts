import { cel } from '../lib/cel.ts'
import { messageOf } from '../lib/errors.ts'
import { withEffort, withinBounds } from './expression-bounds.ts'
import { TypeMistake, typeOfExpression } from './expression-check.ts'
import { effort, ourFunctions } from './expression-functions.ts'
import { toInt } from './expression-int.ts'
import { scalar } from './expression-type.ts'

/** The variables of a maxPodsExpression, all of CEL type int. */
export interface ExpressionVariables {
  readonly default_enis: number
  readonly ips_per_eni: number
  readonly max_pods: number
}

/** What a maxPodsExpression gives: pods from 1 to 2147483647, or why it gives none. */
export type ExpressionOutcome =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly why: string }

const variableTypes = { default_enis: scalar('int'), ips_per_eni: scalar('int'), max_pods: scalar('int') }

const makeEnvironment = () => cel().celEnv({ funcs: [...ourFunctions()] })
let environment: ReturnType<typeof makeEnvironment> | undefined

/**
 * A maxPodsExpression evaluated as nodeadm does it: cel-go with the standard library and the standard macros, the result made an integer by
 * CEL's int(), and that within 1…2147483647. Whatever the text, this ends in a value or a reason.
 */
export const evaluateExpression = (text: string, variables: ExpressionVariables): ExpressionOutcome => {
  const compiled = compile(text)
  if (typeof compiled === 'string') return { ok: false, why: `it does not compile: ${compiled}` }
  const value = evaluate(compiled, variables)
  if (!('result' in value)) return { ok: false, why: `it does not evaluate: ${value.why}` }
  const int = toInt(value.result)
  if (typeof int === 'string') return { ok: false, why: int }
  return int > 0n && int <= 2147483647n
    ? { ok: true, value: Number(int) }
    : { ok: false, why: `its value ${int} is not between 1 and 2147483647` }
}

const compile = (text: string) => {
  const bounded = withinBounds(text)
  if ('why' in bounded) return bounded.why
  try {
    const { expr } = cel().parse(bounded.text)
    typeOfExpression(expr, variableTypes)
    environment ??= makeEnvironment()
    return cel().plan(environment, withEffort(expr))
  } catch (cause) {
    return reasonOf(cause)
  }
}

const evaluate = (
  program: Exclude<ReturnType<typeof compile>, string>,
  variables: ExpressionVariables,
): { readonly result: unknown } | { readonly why: string } => {
  effort.reset()
  try {
    const result = program({
      default_enis: BigInt(variables.default_enis),
      ips_per_eni: BigInt(variables.ips_per_eni),
      max_pods: BigInt(variables.max_pods),
    })
    return cel().isCelError(result) ? { why: result.message } : { result }
  } catch (cause) {
    return { why: reasonOf(cause) }
  }
}

const reasonOf = (cause: unknown): string => {
  if (cause instanceof RangeError) return 'it is too large'
  return (cause instanceof TypeMistake ? cause.message : messageOf(cause)).slice(0, 300)
}
