import { loadFrom, once } from './lazy.ts'

type Cel = typeof import('@bufbuild/cel') &
  typeof import('@bufbuild/protobuf') &
  typeof import('@bufbuild/protobuf/wkt')

/**
 * The CEL library with the well-known protobuf types it works on, read from disk when the first expression is met: it costs three times
 * what an empty Node start does, and few nodes have an expression (docs/decisions/0004-cel.md).
 */
export const cel = once(
  (): Cel => ({
    ...loadFrom(import.meta.url, '@bufbuild/cel'),
    ...loadFrom(import.meta.url, '@bufbuild/protobuf'),
    ...loadFrom(import.meta.url, '@bufbuild/protobuf/wkt'),
  }),
)

/** A parsed expression, macros expanded: the abstract syntax of cel-spec's `cel.expr.Expr`. */
export type Expr = ReturnType<Cel['parse']>['expr']
export type CelFunc = ReturnType<Cel['celFunc']>
