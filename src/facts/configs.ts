import { createHash } from 'node:crypto'
import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { configFiles, configTrees, unitNames } from './file-scope.ts'
import { deniedIn } from './stats.ts'
import { lines, record } from './text.ts'

export interface Config {
  /** Of the file on the node, before anything was redacted. */
  readonly sha256: string
  readonly text: string
}

export interface Configs {
  readonly entries: Readonly<Record<string, Config>>
  readonly denied: readonly string[]
}

const unitPatterns = unitNames
  .map((name) => `-path '*/${name}.service*' -o -path '*/${name}.socket*' -o -path '*/${name}.slice*'`)
  .join(' -o ')

/** Keys stay on the node, and archives are no configuration. The shell keeps what is a file and can be read, then two programs read them all. */
const each = `-exec sh -c 'for f do shift
    if [ ! -f "$f" ]; then continue; elif [ -r "$f" ]; then set -- "$@" "$f"; else echo "sh: $f: Permission denied" >&2; fi
  done
  [ $# -gt 0 ] || exit 0
  sha256sum "$@"
  awk "FNR == 1 { print \\"file \\" FILENAME } { print \\"|\\" \\$0 }" "$@"' sh {} +`
const kept = `! -name '*key' ! -name '*.key' ! -name '*.pem' ! -name '*.tar' ! -name '*.gz' ! -name '*.db' -size -513`

/**
 * Text and sha256 of configuration, links followed. Every line of a file is printed behind `|`, so no content can pass for our own words,
 * and redaction may change lengths.
 */
export const configs = fact({
  probe: `find ${configTrees.join(' ')} -xdev -type f ${kept} ${each}
find ${configTrees.filter((tree) => tree !== '/etc/systemd').join(' ')} -xdev -type l ${kept} ${each}
find ${configFiles.join(' ')} -maxdepth 0 ${kept} ${each}
find /usr/lib/systemd/system /run/systemd/system -xdev -type f \\( ${unitPatterns} \\) ${kept} ${each}
true`,
  version: 1,
  maxBytes: 8 * 1024 * 1024,
  parse: (raw): Configs => {
    const sums = new Map<string, string>()
    const texts = new Map<string, string[]>()
    let current: string[] = []
    for (const line of lines(text(raw.stdout))) {
      if (line.startsWith('|')) {
        current.push(line.slice(1))
      } else if (line.startsWith('file ')) {
        current = []
        texts.set(line.slice('file '.length), current)
      } else {
        const [, sha256 = '', path] = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(line) ?? []
        if (path) sums.set(path, sha256)
      }
    }
    if (sums.size === 0) throw absent('what the configuration says', raw)
    const entries = [...sums].map(([path, sha256]) => [path, config(sha256, texts.get(path) ?? [])] as const)
    return { entries: record(entries), denied: deniedIn(raw) }
  },
})

/** awk does not say whether the last line had its end; the sha256 does, unless something was redacted. */
const config = (sha256: string, content: readonly string[]): Config => {
  const bare = content.join('\n')
  const ended = content.length === 0 || createHash('sha256').update(bare).digest('hex') !== sha256
  return { sha256, text: ended && content.length > 0 ? `${bare}\n` : bare }
}
