import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { AmiproofError } from '../lib/errors.ts'
import { renderNode } from '../render/index.ts'
import type { NodeFile } from '../render/node-file.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { parseNodeSpec } from '../spec/parse-node-spec.ts'
import { baseImage, debianMirror, ensureBaseImage } from './base-image.ts'
import { buildImage } from './build-image.ts'
import type { OpenOptions } from './options.ts'
import { type TarEntry, tar } from './tar.ts'

/** Both src/targets and dist/targets lie two folders below the package. */
const packageRoot = join(import.meta.dirname, '../..')
const folder = join(packageRoot, 'infra/images/node')

/** Spec of a variant, and the Debian suite that its containerd comes from. */
const variants = {
  '1.7': { spec: 'docker-node.json', suite: 'trixie' },
  '2.1': { spec: 'docker-node-containerd-2.json', suite: 'forky' },
} as const

/** A variant of the default node image, named by its containerd. */
export type NodeVariant = keyof typeof variants
export const nodeVariants = Object.keys(variants) as readonly NodeVariant[]

/** Reads the rest of `docker:` or `docker:?containerd=2.1`. */
export const nodeVariant = (rest: string): NodeVariant => {
  const asked = [...new URLSearchParams(rest)]
  const variant = asked.length === 0 ? '1.7' : nodeVariants.find((known) => asked[0]?.[1] === known)
  if (!variant || asked.length > 1 || (asked[0] && asked[0][0] !== 'containerd'))
    throw new AmiproofError(
      `cannot open docker:${rest}: the default node image has the variants ${nodeVariants.map((known) => `docker:?containerd=${known}`).join(' and ')}`,
      { kind: 'usage', code: 'unknown-variant', op: 'open a target', blame: 'user' },
    )
  return variant
}

/** The spec from which a variant's files are rendered, and by which it is to be judged; a path inside this package. */
export const nodeSpecPath = (variant: NodeVariant): string =>
  join(packageRoot, 'fixtures/specs', variants[variant].spec)

const fileEntry = ({ path, mode, owner, text }: NodeFile): TarEntry => {
  if (owner !== 'root:root')
    throw new AmiproofError(
      `cannot put ${path} into the node image: its owner is ${owner}, and only root's are supported`,
      {
        kind: 'bug',
        code: 'owner-unknown',
        op: 'build the node image',
        blame: 'harness',
      },
    )
  return { path: path.slice(1), mode: Number.parseInt(mode, 8), content: text }
}

/** Folders between / and a file are made with the mode that the distribution gives them: none is listed, so none is changed. */
const nodeFiles = (variant: NodeVariant, arch: NodeSpec['image']['arch']): Buffer => {
  const spec = parseNodeSpec(readFileSync(nodeSpecPath(variant), 'utf8'))
  return tar(renderNode({ ...spec, image: { ...spec.image, arch } }).map(fileEntry))
}

/** The folder as git has it: of the mode only the execute bit counts, so that the umask of a checkout does not. */
const folderEntries = (): TarEntry[] =>
  globSync('**', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => ({
      path,
      mode: statSync(join(folder, path)).mode & 0o100 ? 0o755 : 0o644,
      content: readFileSync(join(folder, path)),
    }))

/** Everything that decides what the image becomes, as a tar that is the same for the same inputs. */
export const nodeImageContext = (variant: NodeVariant, arch: NodeSpec['image']['arch']): Buffer =>
  tar([...folderEntries(), { path: 'node-files.tar', mode: 0o644, content: nodeFiles(variant, arch) }])

/** `amiproof/node:<hash of its inputs>`. */
export const nodeImageTag = (variant: NodeVariant, context: Uint8Array): string =>
  `amiproof/node:${createHash('sha256').update(baseImage).update(variants[variant].suite).update(context).digest('hex').slice(0, 16)}`

const proxies = ['http_proxy', 'https_proxy', 'no_proxy']

/** Builds a variant of the default node image unless the engine has it. Returns its tag. */
export const ensureNodeImage = async (
  engine: Docker,
  variant: NodeVariant,
  options: Pick<OpenOptions, 'env' | 'progress' | 'signal'>,
): Promise<string> => {
  const { Architecture } = await engine.info()
  const context = nodeImageContext(variant, Architecture === 'aarch64' ? 'arm64' : 'x86_64')
  const tag = nodeImageTag(variant, context)
  const known = await engine.listImages({ filters: { reference: [tag] } })
  if (known.length > 0) return tag
  await ensureBaseImage(engine, options)
  await buildImage(
    engine,
    { tag, context },
    {
      ...options,
      buildArguments: {
        BASE: baseImage,
        SUITE: variants[variant].suite,
        MIRROR: debianMirror(options.env),
        ...Object.fromEntries(
          proxies.flatMap((name) => {
            const value = options.env[name] ?? options.env[name.toUpperCase()]
            return value ? [[name, value]] : []
          }),
        ),
      },
    },
  )
  return tag
}
