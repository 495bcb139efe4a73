import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { follow } from './follow.ts'

const isPresent = async (engine: Docker, image: string): Promise<boolean> => {
  try {
    await engine.getImage(image).inspect()
    return true
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}

/** Pulls an image that the engine does not have. Rejects with what the registry said. */
export const ensureImage = async (
  engine: Docker,
  image: string,
  { progress, signal }: { readonly progress?: (line: string) => void; readonly signal?: AbortSignal },
): Promise<void> => {
  if (await isPresent(engine, image)) return
  progress?.(`pulling ${image}`)
  try {
    const stream = await engine.pull(
      image.includes('@') || /:[^/]+$/.test(image) ? image : `${image}:latest`,
      {
        ...(signal ? { abortSignal: signal } : {}),
      },
    )
    await follow(engine, stream)
  } catch (error) {
    throw new AmiproofError(
      `the container engine has no image ${image} and cannot pull it: ${messageOf(error).trim()}; build or load it first`,
      { kind: 'target', code: 'image-missing', op: `pull ${image}`, blame: 'user', cause: error },
    )
  }
}
