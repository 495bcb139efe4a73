import { text } from '../../lib/exec.ts'
import { fact } from '../fact.ts'
import { record } from '../text.ts'
import {
  type Cdi,
  type CdiList,
  type ContainerCli,
  readCdi,
  readCdiList,
  readContainerCli,
  readToolkitConfig,
} from './containers.ts'
import { readSections, type Section, saidIn, sectionShell } from './sections.ts'

/** NVIDIA's container toolkit, undefined where a part is not installed. */
export interface ContainerToolkit {
  readonly version: string | undefined
  /** What libnvidia-container sees; a string is its refusal. */
  readonly info: ContainerCli | string | undefined
  readonly cdiList: CdiList | string | undefined
  /** Specifications by path; a string is why one cannot be read. */
  readonly cdi: Readonly<Record<string, Cdi | string>>
  /** Paths of the host that specifications name and that are not there. */
  readonly missing: readonly string[]
  readonly config: Readonly<Record<string, unknown>> | undefined
}

/** Asks nothing that loads modules. The paths that CDI specifications name are looked at on the node, because only there they exist. */
export const gpuContainers = fact({
  probe: `${sectionShell}has nvidia-ctk || has nvidia-container-cli || exit 0
has nvidia-ctk && { section version nvidia-ctk --version; section list timeout 20 nvidia-ctk cdi list; }
has nvidia-container-cli && section info timeout 30 nvidia-container-cli info
[ -r /etc/nvidia-container-runtime/config.toml ] && section config cat /etc/nvidia-container-runtime/config.toml
for f in /etc/cdi/* /var/run/cdi/*; do
  [ -f "$f" ] && grep -qs nvidia.com/ "$f" || continue
  section "cdi/$f" cat "$f"
  for p in $(sed -n 's/.*hostPath:[ "]*\\([^" ]*\\).*/\\1/p' "$f" | sort -u); do
    [ -e "$p" ] || section missing:"$p" true
  done
done
true`,
  version: 1,
  timeoutMs: 60_000,
  maxBytes: 4 * 1024 * 1024,
  parse: ({ stdout }): ContainerToolkit => toolkitOf(readSections(text(stdout))),
})

const toolkitOf = (sections: Readonly<Record<string, Section>>): ContainerToolkit => {
  const config = saidIn(sections, 'config')
  const names = Object.keys(sections)
  return {
    version: /version (\d+\.\d+\.\d+\S*)/i.exec(saidIn(sections, 'version') ?? '')?.[1],
    info: read(sections.info, readContainerCli),
    cdiList: read(sections.list, readCdiList),
    cdi: record(
      names
        .filter((name) => name.startsWith('cdi/'))
        .map((name) => [name.slice(4), read(sections[name], readCdi) ?? 'it is empty'] as const),
    ),
    missing: names.filter((name) => name.startsWith('missing:')).map((name) => name.slice(8)),
    config: config === undefined ? undefined : readToolkitConfig(config),
  }
}

/** Refusals are kept in words, so that a check can show them. */
const read = <T>(section: Section | undefined, parse: (said: string) => T): T | string | undefined => {
  if (section === undefined) return undefined
  if (section.exitCode !== 0) return `it ended with ${section.exitCode}: ${section.text.slice(0, 300)}`
  try {
    return parse(section.text)
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : 'it cannot be read'
  }
}
