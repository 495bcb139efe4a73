import type { Facts } from '../facts/index.ts'
import { parseToml } from '../lib/toml.ts'
import { at } from './cri.ts'
import { seenText } from './seen.ts'

export const sociConfigPath = '/etc/soci-snapshotter-grpc/config.toml'

/** What the SOCI snapshotter reads; nothing when the file is missing, which it takes for its defaults. */
export const sociConfig = (facts: Facts) =>
  parseToml(seenText(facts, sociConfigPath) ?? '', 'the SOCI configuration')

/** Whether layers are loaded when they are first read; parallel pull unpacks them whole instead. */
export const isLazy = (facts: Facts): boolean =>
  at(sociConfig(facts), ['pull_modes', 'parallel_pull_unpack', 'enable']) !== true

/** Versions of the index that it looks for. By default v2 alone since 0.10: an image with a v1 index is then unpacked whole. */
export const indexVersions = (facts: Facts): Readonly<Record<'v1' | 'v2', boolean>> => ({
  v1: at(sociConfig(facts), ['pull_modes', 'soci_v1', 'enable']) === true,
  v2: at(sociConfig(facts), ['pull_modes', 'soci_v2', 'enable']) !== false,
})
