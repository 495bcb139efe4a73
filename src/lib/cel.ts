import { createRequire } from 'node:module'

type Cel = typeof import('@bufbuild/cel')

let loaded: Cel | undefined

/**
 * The CEL library, read from disk when the first expression is met: it costs three times what an empty Node start does, and few nodes have
 * an expression (docs/decisions/0004-cel.md).
 */
export const cel = (): Cel => {
  loaded ??= createRequire(import.meta.url)('@bufbuild/cel') as Cel
  return loaded
}

/** A parsed expression, macros expanded: the abstract syntax of cel-spec's `cel.expr.Expr`. */
export type Expr = ReturnType<Cel['parse']>['expr']
export type CelFunc = ReturnType<Cel['celFunc']>
