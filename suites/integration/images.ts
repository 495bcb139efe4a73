import { createHash } from 'node:crypto'
import type Docker from 'dockerode'
import { buildImage } from '../../src/targets/build-image.ts'
import { tar } from '../../src/targets/tar.ts'

/** Builds an image for a test from the text of a Dockerfile, once per text. */
export const imageFrom = async (engine: Docker, dockerfile: string): Promise<string> => {
  const tag = `amiproof/test:${createHash('sha256').update(dockerfile).digest('hex').slice(0, 16)}`
  const known = await engine.listImages({ filters: { reference: [tag] } })
  if (known.length === 0)
    await buildImage(
      engine,
      { tag, context: tar([{ path: 'Dockerfile', mode: 0o644, content: dockerfile }]) },
      { buildArguments: {} },
    )
  return tag
}

/** Nothing but busybox: no bash, no coreutils, no awk of GNU's, no /etc. */
export const busybox = `
FROM debian:trixie-slim AS source
LABEL amiproof.build=test
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static
RUN mkdir -p /root-of-it/bin /root-of-it/tmp && cp /bin/busybox /root-of-it/bin/ \\
    && for name in $(busybox --list); do ln -s busybox /root-of-it/bin/$name; done
FROM scratch
LABEL amiproof.build=test
COPY --from=source /root-of-it /
`

/** One program and no shell. */
export const withoutShell = `
FROM debian:trixie-slim AS source
LABEL amiproof.build=test
FROM scratch
LABEL amiproof.build=test
COPY --from=source /etc/debian_version /etc/debian_version
`
