import { AmiproofError } from '../lib/errors.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { imageFiles } from './image-files.ts'
import { type JoinOptions, joinFiles } from './join-files.ts'
import type { NodeFile } from './node-file.ts'
import type { BuildFacts } from './versions-on-image.ts'

export interface RenderOptions extends JoinOptions {
  /** What only the build knows, for /etc/eks/release. */
  readonly build?: BuildFacts
}

/**
 * Every file that the spec puts on disk, sorted by path: the image's (phase `image`), and with `spec.join` those that nodeadm writes
 * (phase `join`). Throws AmiproofError when the spec cannot be rendered into a node that works.
 */
export const renderNode = (spec: NodeSpec, options: RenderOptions = {}): readonly NodeFile[] => {
  if (spec.join && !spec.instance) {
    throw new AmiproofError(
      'cannot render the files of a joined node: the spec has `join` but no `instance`, and its address, CPUs and memory decide them; ' +
        'add `instance`, or leave `join` out to judge the image alone',
      { kind: 'config', code: 'instance-missing', op: 'render the node', blame: 'user' },
    )
  }
  const files = [
    ...imageFiles(spec.image, options.build),
    ...(spec.join && spec.instance ? joinFiles(spec, spec.instance, spec.join.spec, options) : []),
  ]
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
