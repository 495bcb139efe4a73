import { statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../lib/errors.ts'
import { oneLine } from '../lib/printable.ts'
import { OutOfTime, within } from './time-limit.ts'

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs']

/** What a module exports; or, in one sentence, why it cannot be loaded. */
export type Loaded =
  | { readonly exports: Readonly<Record<string, unknown>> }
  | { readonly trouble: string; readonly cause?: unknown }

/**
 * Loads a module of the user's as Node does, types stripped. It is loaded synchronously, because only that can be stopped when it never
 * ends, and because only then do Node's errors carry the line. `amiproof` is, to the module, the one that runs.
 */
export const loadModule = (path: string, limitMs: number): Loaded => {
  const missing = troubleWithFile(path)
  if (missing) return { trouble: missing }
  const url = library()
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'amiproof' ? { url, shortCircuit: true } : next(specifier, context),
  })
  try {
    const load = createRequire(import.meta.url)
    const found: unknown = within(limitMs, () => load(path), true)
    if (found instanceof OutOfTime)
      return { trouble: `loading it took longer than ${limitMs / 1000} s and was stopped` }
    const isTable = (typeof found === 'object' || typeof found === 'function') && found !== null
    return { exports: isTable ? Object.fromEntries(Object.entries(found)) : {} }
  } catch (cause) {
    return { trouble: troubleOf(cause, path), cause }
  } finally {
    hooks.deregister()
  }
}

/** This amiproof's own public face: the sources in a checkout, what was built where it is installed. */
const library = (): string =>
  import.meta.url.endsWith('.ts')
    ? new URL('../index.ts', import.meta.url).href
    : import.meta.resolve('amiproof')

const troubleWithFile = (path: string): string | undefined => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return 'there is no such file; paths in amiproof.toml are relative to it'
  if (!found.isFile()) return 'it is no file; name the modules one by one'
  const extension = extname(path)
  return extensions.includes(extension)
    ? undefined
    : `a module of checks ends in ${extensions.slice(0, 4).join(', ')}, not in ${JSON.stringify(extension)}`
}

const troubleOf = (cause: unknown, path: string): string => {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  const at = placeOf(cause, path)
  const message = oneLine(messageOf(cause)).replace(/\.$/, '')
  switch (code) {
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return `${at}${message}; Node only takes types away, so write it as plain JavaScript (erasableSyntaxOnly in tsconfig.json finds such places)`
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return `${at}syntax error: ${message}`
    case 'ERR_REQUIRE_ASYNC_MODULE':
      return 'it, or what it imports, awaits at its top level; read what it needs synchronously instead'
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return 'Node takes no types away below node_modules; name a .js file there, or keep the module outside'
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return `${oneLine(messageOf(cause).split('\n')[0] ?? '')}; a file of yours is imported with its extension (./shared.ts), a package has to be installed`
  }
  if (!(cause instanceof SyntaxError)) return `${at}it threw ${message}`
  if (/does not provide an export named/.test(message))
    return `${at}${message}; a type is imported by "import type"`
  if (/Unexpected token 'export'|Cannot use import statement/.test(message))
    return `${at}syntax error: ${message}; the nearest package.json makes it CommonJS, so call it .mts or .mjs`
  return `${at}syntax error: ${message}`
}

/** Where it went wrong: Node puts the file and the line first on the stack. */
const placeOf = (cause: unknown, path: string): string => {
  const [, file = '', line] =
    /^((?:file:\/\/)?\/.*):(\d+)\n/.exec(cause instanceof Error ? (cause.stack ?? '') : '') ?? []
  if (!line) return ''
  const name = file.startsWith('file:') ? fileURLToPath(file) : file
  return name === path ? `line ${line}: ` : `${name}:${line}: `
}
