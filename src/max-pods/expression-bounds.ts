import type { Expr } from '../lib/cel.ts'

/** No user data is longer; cel-go itself stops at 100,000 code points. */
const greatestLength = 16_384
/** cel-go's own limit (parser.MaxRecursionDepth). */
const greatestDepth = 250

const escapes = /\\(?:[abfnrtv\\?"'`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/y
const token =
  /\/\/[^\n]*|([rR]?[bB]?[rR]?)("""|'''|"|')|[A-Za-z_]\w*|[([{]|[)\]}]|\d+[A-Za-z_]*|\.|[\t\n\f\r ]+|[\s\S]/g

/**
 * The text as the library's parser takes it, which wants no comments, and no blanks between empty parentheses or after a sign; or why cel-go's lexer and parser
 * refuse what the library lets pass: unknown escapes, the macro `existsOne`, nesting beyond 250. Reading it here also keeps the library's
 * parser, which recurses, from ever seeing deep nesting.
 */
export const withinBounds = (text: string): { readonly text: string } | { readonly why: string } => {
  if (text.length > greatestLength) return { why: `it is longer than ${greatestLength} characters` }
  token.lastIndex = 0
  const kept: string[] = []
  let depth = 0
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [matched, prefix = '', quote] = found
    if (quote !== undefined) {
      const end = endOfString(text, token.lastIndex, quote, prefix.toLowerCase())
      if (typeof end === 'string') return { why: end }
      kept.push(text.slice(found.index, end))
      token.lastIndex = end
      continue
    }
    if (/^[([{]$/.test(matched)) depth += 1
    if (/^[)\]}]$/.test(matched)) depth -= 1
    if (depth > greatestDepth) return { why: `it nests deeper than ${greatestDepth}` }
    if (matched === '(' && kept.at(-1) === 'existsOne' && kept.at(-2) === '.')
      return { why: 'there is no macro "existsOne"' }
    if (matched === ')' && kept.at(-1) === ' ' && kept.at(-2) === '(') kept.pop()
    // The library takes no blank after a sign, and `! =` is not `!=`.
    const sign = kept.at(-2) === '-' && !/^\d+[eE]$/.test(kept.at(-3) ?? '')
    const signed = sign || (kept.at(-2) === '!' && matched !== '=')
    if (kept.at(-1) === ' ' && signed) kept.pop()
    const blank = matched.startsWith('//') || /^[\t\n\f\r ]/.test(matched)
    if (!blank) kept.push(matched)
    else if (kept.at(-1) !== ' ') kept.push(' ')
  }
  return { text: kept.join('') }
}

const endOfString = (text: string, start: number, quote: string, prefix: string): number | string => {
  const raw = prefix.includes('r')
  let at = start
  while (at < text.length) {
    if (text.startsWith(quote, at)) return at + quote.length
    if (!raw && text[at] === '\\') {
      escapes.lastIndex = at
      const sequence = escapes.exec(text)
      if (!sequence || (prefix.includes('b') && /^\\u/i.test(sequence[0])))
        return `the escape ${JSON.stringify(text.slice(at, at + 2))} is unknown`
      at += sequence[0].length
    } else at += 1
  }
  return 'a text does not end'
}

/**
 * The same expression with its effort counted: every loop condition passes through `@step`, everything compared through `@weigh`, and the
 * function `matches` becomes the method, which is the form the library knows.
 */
export const withEffort = (node: Expr): Expr => {
  const kind = node.exprKind
  switch (kind.case) {
    case 'selectExpr':
      if (kind.value.operand) kind.value.operand = withEffort(kind.value.operand)
      break
    case 'callExpr': {
      if (kind.value.target) kind.value.target = withEffort(kind.value.target)
      kind.value.args = kind.value.args.map(withEffort)
      const { function: name, args } = kind.value
      if (name === '_==_' || name === '_!=_' || name === '@in') kind.value.args = args.map(through('@weigh'))
      if (name === 'matches' && !kind.value.target && args.length === 2) {
        const [subject, ...rest] = args
        if (subject) Object.assign(kind.value, { target: subject, args: rest })
      }
      break
    }
    case 'listExpr':
      kind.value.elements = kind.value.elements.map(withEffort)
      break
    case 'structExpr':
      if (kind.value.messageName === '') kind.value.entries = kind.value.entries.filter(isLastOfItsKey)
      for (const entry of kind.value.entries) {
        if (entry.keyKind.case === 'mapKey') entry.keyKind.value = withEffort(entry.keyKind.value)
        if (entry.value) entry.value = withEffort(entry.value)
      }
      break
    case 'comprehensionExpr': {
      const { iterRange, loopCondition, loopStep } = kind.value
      if (iterRange) kind.value.iterRange = withEffort(iterRange)
      if (loopStep) kind.value.loopStep = withEffort(loopStep)
      if (loopCondition) kind.value.loopCondition = through('@step')(loopCondition)
      break
    }
  }
  return node
}

/** cel-go lets the last of several equal keys win, the library refuses them. */
const isLastOfItsKey = <
  T extends { readonly keyKind: { readonly case?: string | undefined; readonly value?: unknown } },
>(
  entry: T,
  index: number,
  entries: readonly T[],
): boolean => {
  const key = constantKey(entry)
  return key === undefined || !entries.slice(index + 1).some((later) => constantKey(later) === key)
}

const constantKey = ({
  keyKind,
}: {
  readonly keyKind: { readonly case?: string | undefined; readonly value?: unknown }
}) => {
  const key = keyKind.value
  if (typeof key !== 'object' || key === null || !('exprKind' in key)) return undefined
  const kind = key.exprKind
  if (typeof kind !== 'object' || kind === null || !('case' in kind && 'value' in kind)) return undefined
  if (kind.case !== 'constExpr' || typeof kind.value !== 'object' || kind.value === null) return undefined
  if (!('constantKind' in kind.value)) return undefined
  const constant = kind.value.constantKind
  return typeof constant === 'object' && constant !== null && 'case' in constant && 'value' in constant
    ? `${constant.case}:${constant.value}`
    : undefined
}

const through =
  (name: '@step' | '@weigh') =>
  (argument: Expr): Expr => ({
    $typeName: 'cel.expr.Expr',
    id: argument.id,
    exprKind: {
      case: 'callExpr',
      value: { $typeName: 'cel.expr.Expr.Call', function: name, args: [argument] },
    },
  })
