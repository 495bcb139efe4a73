import { X509Certificate } from 'node:crypto'
import { text } from '../lib/exec.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Certificate {
  readonly path: string
  readonly pem: string
  readonly subject: string
  readonly issuer: string
  /** ISO 8601, UTC. */
  readonly notBefore: string
  readonly notAfter: string
  readonly ca: boolean
  readonly subjectAltName: string
}

export interface Certificates {
  readonly certificates: readonly Certificate[]
  /** Files that should hold certificates and cannot be read as such, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
}

/** Certificates of the kubelet and the cluster. sed takes the certificates only, so that no private key leaves the node. */
export const certificates = fact({
  probe: `find /etc/kubernetes/pki /var/lib/kubelet/pki -maxdepth 2 \\( -name '*.crt' -o -name '*.pem' \\) -exec sh -c 'for f do
  echo "file $f"
  sed -n "/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p" "$f"
done' sh {} +
true`,
  version: 1,
  parse: ({ stdout }): Certificates => {
    const files = text(stdout)
      .split(/^file (?=\/)/m)
      .slice(1)
      .map((block) => {
        const [path = '', ...body] = lines(block)
        return {
          path,
          pems: body.join('\n').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [],
        }
      })
    const read = files.flatMap(({ path, pems }) =>
      pems.length === 0
        ? [{ path, reason: 'there is no certificate in it' }]
        : pems.map((pem) => certificate(path, pem)),
    )
    return {
      certificates: read.flatMap((one) => ('pem' in one ? [one] : [])),
      unreadable: read.flatMap((one) => ('reason' in one ? [one] : [])),
    }
  },
})

const certificate = (path: string, pem: string): Certificate | { path: string; reason: string } => {
  try {
    const parsed = new X509Certificate(pem)
    return {
      path,
      pem,
      subject: parsed.subject.replaceAll('\n', ', '),
      issuer: parsed.issuer.replaceAll('\n', ', '),
      notBefore: new Date(parsed.validFrom).toISOString(),
      notAfter: new Date(parsed.validTo).toISOString(),
      ca: parsed.ca,
      subjectAltName: parsed.subjectAltName ?? '',
    }
  } catch (error) {
    return { path, reason: error instanceof Error ? error.message : String(error) }
  }
}
