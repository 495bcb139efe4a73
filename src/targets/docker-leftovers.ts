import type Docker from 'dockerode'
import { AmiproofError } from '../lib/errors.ts'
import { removeContainer } from './docker-container.ts'
import { findEngine } from './engine.ts'
import type { OpenOptions } from './options.ts'
import { ownerOf, whyAbandoned } from './owner.ts'

/** Something that a run made and nobody needs any more. */
export interface Leftover {
  readonly line: string
  readonly remove: () => Promise<unknown>
}

const hasStatus = (error: unknown, code: number): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === code

const gone = async (removal: Promise<unknown>): Promise<unknown> =>
  removal.catch((error: unknown) => {
    if (!hasStatus(error, 404)) throw error
  })

const containers = async (engine: Docker, now: Date): Promise<Leftover[]> => {
  const ours = await engine.listContainers({ all: true, filters: { label: ['amiproof'] } })
  return ours.flatMap(({ Id, Names, Labels }) => {
    const why = whyAbandoned(ownerOf(Labels), now)
    const name = Names[0]?.replace(/^\//, '') ?? Id
    return why ? [{ line: `container ${name}: ${why}`, remove: () => removeContainer(engine, Id) }] : []
  })
}

const volumes = async (engine: Docker, now: Date): Promise<Leftover[]> => {
  const { Volumes } = await engine.listVolumes({ filters: { label: ['amiproof'] } })
  // The engine answers null when there is none.
  return (Volumes ?? []).flatMap(({ Name, Labels }) => {
    const why = whyAbandoned(ownerOf(Labels ?? {}), now)
    return why
      ? [
          {
            line: `volume ${Name}: ${why}`,
            remove: () => gone(engine.getVolume(Name).remove({ force: true })),
          },
        ]
      : []
  })
}

/** A build takes minutes at most; what is unnamed for an hour was left by one that was killed. */
const buildMinutes = 60

const builds = async (engine: Docker, now: Date): Promise<Leftover[]> => {
  const unnamed = await engine.listImages({ filters: { dangling: ['true'], label: ['amiproof.build'] } })
  return unnamed
    .filter(({ Created }) => Created * 1000 < now.getTime() - buildMinutes * 60_000)
    .map(({ Id }) => ({
      line: `image ${Id}: a build did not finish`,
      remove: () => gone(engine.getImage(Id).remove()),
    }))
}

const engineIfAny = (env: OpenOptions['env']): Promise<Docker | undefined> =>
  findEngine(env).catch((error: unknown) => {
    if (error instanceof AmiproofError && error.code === 'engine-missing') return undefined
    throw error
  })

/**
 * What earlier runs left on the container engine, in the order in which it can be removed: a volume only after its container.
 * Each step is found when it is asked for, because removing changes what the next one finds.
 */
export async function* dockerLeftovers(
  env: OpenOptions['env'],
  now: Date,
): AsyncGenerator<readonly Leftover[]> {
  const engine = await engineIfAny(env)
  if (!engine) return
  for (const find of [containers, volumes, builds]) yield await find(engine, now)
}
