import { cel } from '../lib/cel.ts'
import { messageOf } from '../lib/errors.ts'
import { toInt } from './expression-int.ts'

/** The variables of a maxPodsExpression, all of CEL type int. */
export interface ExpressionVariables {
  readonly default_enis: number
  readonly ips_per_eni: number
  readonly max_pods: number
}

export type ExpressionOutcome =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly why: string }

/**
 * A maxPodsExpression evaluated as nodeadm does it: cel-go with the standard library and the standard macros, the result made an integer by
 * CEL's int(), and that within 1…2147483647.
 */
export const evaluateExpression = (text: string, variables: ExpressionVariables): ExpressionOutcome => {
  try {
    const { celEnv, isCelError, parse, plan } = cel()
    // The library wants a newline after a comment, cel-go does not.
    const parsed = parse(`${text}\n`)
    const value = plan(
      celEnv(),
      parsed,
    )({
      default_enis: BigInt(variables.default_enis),
      ips_per_eni: BigInt(variables.ips_per_eni),
      max_pods: BigInt(variables.max_pods),
    })
    if (isCelError(value)) return { ok: false, why: `it does not evaluate: ${value.message}` }
    const int = toInt(value)
    if (typeof int === 'string') return { ok: false, why: int }
    return int > 0n && int <= 2147483647n
      ? { ok: true, value: Number(int) }
      : { ok: false, why: `its value ${int} is not between 1 and 2147483647` }
  } catch (cause) {
    return { ok: false, why: `it does not compile: ${messageOf(cause)}` }
  }
}
