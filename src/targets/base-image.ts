import { spawn } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { ensureImage } from './ensure-image.ts'
import { follow } from './follow.ts'
import type { OpenOptions } from './options.ts'

type Options = Pick<OpenOptions, 'env' | 'progress' | 'signal'>

/** Debian's own slim image, by the name under which registries have it. */
export const baseImage = 'debian:trixie-slim'
/** Debian's mirror; AMIPROOF_DEBIAN_MIRROR names another. */
export const debianMirror = (env: Options['env']): string =>
  env.AMIPROOF_DEBIAN_MIRROR || 'http://deb.debian.org/debian'

const suite = 'trixie'
/** What makes the image slim: the paths that Debian's own slim images leave out (debuerreotype, .slimify-excludes). */
const left = ['doc/*', 'groff/*', 'info/*', 'linda/*', 'lintian/*', 'locale/*', 'man/*']
const kept = ['doc/*/copyright']

const mmdebstrapArgv = (mirror: string, archive: string): string[] => [
  '--variant=minbase',
  '--include=ca-certificates',
  ...left.map((path) => `--dpkgopt=path-exclude=/usr/share/${path}`),
  ...kept.map((path) => `--dpkgopt=path-include=/usr/share/${path}`),
  suite,
  archive,
  `deb ${mirror} ${suite} main`,
  `deb ${mirror} ${suite}-updates main`,
  'deb http://security.debian.org/debian-security trixie-security main',
]

/** The file of a command, as a shell would find it. */
export const whereIs = (command: string, env: Options['env']): string | undefined =>
  (env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/sbin', '/usr/bin')
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path))

const run = (command: string, argv: readonly string[], signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, argv, { stdio: ['ignore', 'ignore', 'pipe'], ...(signal ? { signal } : {}) })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000)
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}: ${said.trim()}`))))
  })

const importArchive = async (engine: Docker, archive: string): Promise<void> => {
  const [repo, tag] = baseImage.split(':')
  const stream = await engine.importImage(createReadStream(archive), { repo, tag, changes: 'CMD ["bash"]' })
  await follow(engine, stream)
}

/**
 * Makes `debian:trixie-slim` exist: it is there, or a registry has it, or mmdebstrap makes it from Debian's packages under that name.
 * Rejects with code `base-image-missing` when none of the three can be.
 */
export const ensureBaseImage = async (engine: Docker, { env, progress, signal }: Options): Promise<void> => {
  const options = { ...(progress ? { progress } : {}), ...(signal ? { signal } : {}) }
  const refusal = await ensureImage(engine, baseImage, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (refusal === undefined) return
  signal?.throwIfAborted()
  const cannot = (why: string, code: string, cause: unknown): AmiproofError =>
    new AmiproofError(
      `cannot get the base image ${baseImage}: no registry gave it (${messageOf(refusal)}), and ${why}`,
      {
        kind: 'target',
        code,
        op: `make ${baseImage}`,
        blame: 'harness',
        retryable: true,
        cause,
      },
    )
  const mmdebstrap = whereIs('mmdebstrap', env)
  if (!mmdebstrap)
    throw cannot('mmdebstrap, which could make it, is not installed here', 'base-image-missing', refusal)
  progress?.(`no registry gave ${baseImage}; making it with mmdebstrap`)
  const folder = await mkdtemp(join(tmpdir(), 'amiproof-base-'))
  try {
    const archive = join(folder, 'base.tar')
    await run(mmdebstrap, mmdebstrapArgv(debianMirror(env), archive), signal)
    await importArchive(engine, archive)
  } catch (error) {
    throw cannot(`mmdebstrap could not make it: ${messageOf(error)}`, 'base-image-not-made', error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
