import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { type EngineEvent, follow } from './follow.ts'
import type { OpenOptions } from './options.ts'

interface BuildOptions extends Pick<OpenOptions, 'progress' | 'signal'> {
  readonly buildArguments: Readonly<Record<string, string>>
}

/** Lines of a failed build that a person wants to see. */
const tailLines = 25

/** How long after a cancelled build the engine may still commit the step that it was at. */
const quietMs = 2_000
const giveUpMs = 20_000

/**
 * Removes the unnamed images of one build: those whose ids the engine gave, and what it made on top of them. One that is still used
 * (by the step that is being cancelled) is tried again. What remains, `reap` finds by its label.
 */
const removeUnnamed = async (engine: Docker, made: ReadonlySet<string>, waitMs: number): Promise<void> => {
  const isOurs = (id: string) => [...made].some((known) => id.startsWith(`sha256:${known}`))
  const began = performance.now()
  for (let last = began; ; ) {
    const unnamed = await engine.listImages({ filters: { dangling: ['true'], label: ['amiproof.build'] } })
    const ours = unnamed.filter(({ Id, ParentId }) => isOurs(Id) || isOurs(ParentId))
    await Promise.allSettled(ours.map(({ Id }) => engine.getImage(Id).remove()))
    const now = performance.now()
    if (ours.length > 0) last = now
    if (now - last >= waitMs || now - began > giveUpMs) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/**
 * Builds an image from a context in memory. A failed or interrupted build leaves neither containers nor images;
 * the error ends with what the failing step printed.
 */
export const buildImage = async (
  engine: Docker,
  { tag, context }: { readonly tag: string; readonly context: Buffer },
  { progress, signal, buildArguments }: BuildOptions,
): Promise<void> => {
  progress?.(`building ${tag} (once; a minute or so)`)
  const made = new Set<string>()
  const lines: string[] = []
  let isBase = false
  try {
    const stream = await engine.buildImage(Readable.from([context]), {
      t: tag,
      rm: true,
      forcerm: true,
      buildargs: { ...buildArguments },
      ...(signal ? { abortSignal: signal } : {}),
    })
    const onEvent = ({ stream: said = '' }: EngineEvent) => {
      const id = /^ ---> ([0-9a-f]{12})\n$/.exec(said)?.[1]
      if (/^Step \S+ : FROM /.test(said)) isBase = true
      else if (id && isBase) isBase = false
      else if (id) made.add(id)
      lines.push(...said.split('\n').filter((line) => line.trim() !== ''))
      lines.splice(0, lines.length - tailLines)
      const step = /^Step (\S+) : (.{1,70})/.exec(said)
      if (step) progress?.(`step ${step[1]}: ${step[2]}`)
    }
    await follow(engine, stream, onEvent)
  } catch (error) {
    const interrupted = signal?.aborted === true
    throw new AmiproofError(
      interrupted
        ? `building ${tag} was interrupted`
        : `cannot build the node image ${tag}: ${messageOf(error).trim()}\n${lines.join('\n')}`,
      {
        kind: interrupted ? 'interrupted' : 'target',
        code: interrupted ? 'interrupted' : 'image-build-failed',
        op: 'build the node image',
        blame: interrupted ? 'user' : 'harness',
        cause: error,
      },
    )
  } finally {
    await removeUnnamed(engine, made, signal?.aborted ? quietMs : 0)
  }
}
