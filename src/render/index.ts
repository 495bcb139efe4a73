import { compareBytes } from '../lib/bytes.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { imageFiles } from './image-files.ts'
import { type JoinOptions, joinFiles } from './join-files.ts'
import type { NodeFile } from './node-file.ts'
import type { BuildFacts } from './versions-on-image.ts'

/** What a rendering needs besides the spec. */
export interface RenderOptions extends JoinOptions {
  /** What only the build knows, for /etc/eks/release. */
  readonly build?: BuildFacts
}

/**
 * Every file that the spec puts on disk, sorted by path: the image's (phase `image`), and with `spec.join` those that nodeadm writes
 * (phase `join`). Throws AmiproofError when the spec cannot be rendered into a node that works.
 */
export const renderNode = (spec: NodeSpec, options: RenderOptions = {}): readonly NodeFile[] =>
  [...imageFiles(spec.image, options.build), ...joinFiles(spec, options)].sort((a, b) =>
    compareBytes(a.path, b.path),
  )
