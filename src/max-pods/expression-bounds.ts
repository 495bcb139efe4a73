import type { Expr } from '../lib/cel.ts'

/** No user data is longer; cel-go itself stops at 100,000 code points. */
const greatestLength = 16_384
/** cel-go's own limit (parser.MaxRecursionDepth). */
const greatestDepth = 250

const escapes = /\\(?:[abfnrtv\\?"'`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/y
const token =
  /\/\/[^\n]*|([rR]?[bB]?[rR]?)("""|'''|"|')|[A-Za-z_]\w*|[([{]|[)\]}]|0X[0-9a-fA-F]|\d+[A-Za-z_]*|[\s\S]/g

/**
 * What cel-go's lexer and parser refuse and the library lets pass: unknown escapes, nesting beyond 250. The reason, or undefined.
 * Reading it here also keeps the library's parser, which recurses, from ever seeing deep nesting.
 */
export const beyondBounds = (text: string): string | undefined => {
  if (text.length > greatestLength) return `it is longer than ${greatestLength} characters`
  token.lastIndex = 0
  let depth = 0
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [matched, prefix = '', quote] = found
    if (quote !== undefined) {
      const end = endOfString(text, token.lastIndex, quote, /[rR]/.test(prefix))
      if (typeof end === 'string') return end
      token.lastIndex = end
    } else if (/^[([{]$/.test(matched)) {
      depth += 1
      if (depth > greatestDepth) return `it nests deeper than ${greatestDepth}`
    } else if (/^[)\]}]$/.test(matched)) depth -= 1
  }
  return undefined
}

const endOfString = (text: string, start: number, quote: string, raw: boolean): number | string => {
  let at = start
  while (at < text.length) {
    if (text.startsWith(quote, at)) return at + quote.length
    if (!raw && text[at] === '\\') {
      escapes.lastIndex = at
      const sequence = escapes.exec(text)
      if (!sequence) return `the escape ${JSON.stringify(text.slice(at, at + 2))} is unknown`
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
