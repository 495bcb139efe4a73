import type { Format, NodeFile } from './node-file.ts'

/** A file baked into the image: root's, 0644 unless said otherwise. */
export const imageFile = (path: string, format: Format, text: string, mode = '0644'): NodeFile => ({
  path,
  mode,
  owner: 'root:root',
  format,
  phase: 'image',
  text,
})

/** A file that nodeadm writes on the instance, always root's and 0644 (`util.WriteFileWithDir`). */
export const joinFile = (path: string, format: Format, text: string): NodeFile => ({
  path,
  mode: '0644',
  owner: 'root:root',
  format,
  phase: 'join',
  text,
})
