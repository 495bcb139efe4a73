import type { NodeFile } from '../render/node-file.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { bakedFiles } from './baked-files.ts'
import { joinedFiles } from './joined-files.ts'
import type { Subject } from './node-file-subject.ts'
import { rendered } from './rendered.ts'

/** What the spec renders, by what it is for. A test holds every rendered path against this list. */
export const subjects: readonly Subject[] = [...joinedFiles, ...bakedFiles]

/** The files of a spec that a subject speaks of. */
export const filesOf = (subject: Subject, spec: NodeSpec): readonly NodeFile[] =>
  rendered(spec).filter(({ path }) =>
    typeof subject.path === 'string' ? path === subject.path : subject.path.test(path),
  )
