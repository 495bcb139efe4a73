import { createRequire } from 'node:module'

const read = createRequire(import.meta.url)
type Cel = typeof import('@bufbuild/cel') &
  typeof import('@bufbuild/protobuf') &
  typeof import('@bufbuild/protobuf/wkt')
const load = (): Cel => ({
  ...read('@bufbuild/cel'),
  ...read('@bufbuild/protobuf'),
  ...read('@bufbuild/protobuf/wkt'),
})

let loaded: Cel | undefined

/**
 * The CEL library with the well-known protobuf types it works on, read from disk when the first expression is met: it costs three times
 * what an empty Node start does, and few nodes have an expression (docs/decisions/0004-cel.md).
 */
export const cel = (): Cel => {
  loaded ??= load()
  return loaded
}

/** A parsed expression, macros expanded: the abstract syntax of cel-spec's `cel.expr.Expr`. */
export type Expr = ReturnType<Cel['parse']>['expr']
export type CelFunc = ReturnType<Cel['celFunc']>
