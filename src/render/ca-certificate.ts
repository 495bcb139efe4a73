import { Buffer } from 'node:buffer'
import { AmiproofError } from '../lib/errors.ts'
import type { Compat } from './compat.ts'

export const caCertificatePath = '/etc/kubernetes/pki/ca.crt'

const refuse = (problem: string): never => {
  throw new AmiproofError(
    `cannot render ${caCertificatePath}: cluster.certificateAuthority ${problem}; give the base64 of the cluster's PEM certificate`,
    { kind: 'config', code: 'bad-certificate-authority', op: 'render the CA certificate', blame: 'user' },
  )
}

/**
 * The decoded certificate authority. Base64 is Go's standard encoding: padded, line ends allowed.
 * nodeadm writes whatever was encoded, even nothing; default mode insists on a PEM certificate.
 */
export const renderCaCertificate = (base64: string, compat?: Compat): string => {
  const packed = base64.replaceAll(/[\r\n]/g, '')
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) refuse('is not base64')
  const text = Buffer.from(packed, 'base64').toString('utf8')
  if (compat === 'nodeadm') return text
  if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text))
    refuse('is not a PEM certificate')
  return text
}
