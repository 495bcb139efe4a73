import { join, resolve } from 'node:path'
import { renderNode } from '../render/index.ts'
import type { NodeFile } from '../render/node-file.ts'
import { parseFlags, usage } from './flags.ts'
import { readSpec } from './spec-file.ts'
import type { Verb } from './terminal.ts'
import { writeTree } from './write-tree.ts'

/** `amiproof render SPEC [-o DIR [--overwrite]]`: the files that a spec puts on a node, to stdout or below a folder. */
export const renderVerb: Verb = async (args, terminal) => {
  const { values, positionals } = parseFlags('render', args, {
    output: { type: 'string', short: 'o' },
    overwrite: { type: 'boolean' },
  })
  const [spec = '', ...more] = positionals
  if (!spec || more.length > 0)
    throw usage('render', 'name one spec, as in: amiproof render spec.json -o DIR')
  if (values.output === '') throw usage('render', '-o is empty')
  const files = renderNode(readSpec(resolve(terminal.cwd, spec)))
  if (values.output === undefined) {
    terminal.out(files.map(printed).join('\n'))
    return 0
  }
  const folder = resolve(terminal.cwd, values.output)
  writeTree(folder, files, values.overwrite === true)
  terminal.out(files.map(({ path, mode, owner }) => `${mode} ${owner} ${join(folder, path)}\n`).join(''))
  return 0
}

const printed = ({ path, mode, owner, phase, text }: NodeFile): string =>
  `# ${path} (${mode} ${owner}, ${phase})\n${text}${text.endsWith('\n') ? '' : '\n'}`
