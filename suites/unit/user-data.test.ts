import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { decodeBase64 } from '../../src/spec/base64.ts'
import { parseMediaType } from '../../src/spec/media-type.ts'
import { decodeQuotedPrintable } from '../../src/spec/quoted-printable.ts'
import { parseSourceUrl } from '../../src/spec/source-url.ts'
import { loadNodeConfig, parseUserData } from '../../src/spec/user-data.ts'
import { validateNodeConfig } from '../../src/spec/validate-node-config.ts'

const config = (name: string): string =>
  `apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {cluster: {name: ${name}}}\n`
const part = (body: string): string => `--b\nContent-Type: application/node.eks.aws\n\n${body}\n`
const message = (...parts: string[]): string =>
  `Content-Type: multipart/mixed; boundary=b\n\n${parts.join('')}`

const outcome = (work: () => { spec: { cluster: { name?: string } } }): string | undefined => {
  try {
    return work().spec.cluster.name
  } catch (error) {
    if (error instanceof AmiproofError) return error.code
    throw error
  }
}
const read = (text: string | Uint8Array) => outcome(() => parseUserData(Buffer.from(text)))

/** Each agrees with Go 1.26 net/mail and mime/multipart. */
test.for([
  ['the final boundary is there', message(part(config('a')), '--b--\n'), 'a'],
  ['blanks follow the boundary', message(part(config('a')).replace('--b', '--b \t'), '--b-- \t\n'), 'a'],
  ['the final boundary has no newline', message(part(config('a')), '--b--'), 'a'],
  ['text follows the final boundary', message(part(config('a')), '--b--\nepilogue\n'), 'a'],
  ['the text ends in the headers of a part', message(part(config('a')), '--b\nContent-Type: x/y'), 'a'],
  ['the message ends without a final boundary', message(part(config('a'))), 'bad-mime'],
  ['more than a boundary stands on its line', message(part(config('a')), '--b x\n', '--b--\n'), 'bad-mime'],
  ['a header is folded', message(part(config('a')).replace('application', '\n application'), '--b--\n'), 'a'],
  ['a header line of a part has no colon', message('--b\nnonsense\n\n', '--b--\n'), 'bad-mime'],
  [
    'a header name has a blank before its colon',
    message('--b\nContent-Type : application/node.eks.aws\n\nx\n', '--b--\n'),
    'no-config-in-user-data',
  ],
  [
    'the first header starts with a blank',
    ` ${message(part(config('a')), '--b--\n')}`,
    'decode-kind-missing',
  ],
  ['there are no parts', message('--b--\n'), 'bad-mime'],
  ['CRLF decides on CRLF', message(part(config('a')), '--b--\n').replaceAll('\n', '\r\n'), 'a'],
  [
    'a preamble line is longer than the buffer',
    message(`${'x'.repeat(6000)}\n`, part(config('a')), '--b--\n'),
    'bad-mime',
  ],
  [
    'an earlier part cannot be decoded, a later not be read',
    message(part('kind: Foo'), '--b\nnonsense\n'),
    'decode-apiversion-missing',
  ],
  [
    'the first Content-Type of a part counts',
    message(part(config('a')).replace('\n\n', '\nContent-Type: x/y\n\n'), '--b--\n'),
    'a',
  ],
] as const)('%s', ([, text, expected]) => {
  expect(read(text)).toBe(expected)
})

test('gzip members follow each other, and nothing else follows them', () => {
  const [one, two] = [gzipSync(config('a').slice(0, 20)), gzipSync(config('a').slice(20))]
  expect(read(Buffer.concat([one, two]))).toBe('a')
  expect(read(Buffer.concat([gzipSync(config('a')), Buffer.from('x')]))).toBe('bad-gzip')
  expect(read(gzipSync(config('a')).subarray(0, 40))).toBe('bad-gzip')
})

test.for([
  ['', ''],
  ['YQ==', 'a'],
  ['Y\r\nQ=\n=\n', 'a'],
  ['YR==', 'a'],
  ['YQ', undefined],
  ['YQ=', undefined],
  ['YQ===', undefined],
  ['YQ==YQ==', undefined],
  ['Y Q==', undefined],
  ['_-8=', undefined],
] as const)('base64 %j is %j', ([text, expected]) => {
  const bytes = decodeBase64(text)
  expect(bytes && Buffer.from(bytes).toString()).toBe(expected)
})

test.for([
  ['a/b; boundary="x\\"y"', 'x"y'],
  ['a/b; boundary="C:\\dev"', 'C:\\dev'],
  ['A/B ; Boundary = x ;', 'x'],
  ["a/b; boundary*=utf-8'en'x%20y", 'x y'],
  ['a/b; boundary*0="x"; boundary*1=y', 'xy'],
  ['a/b; boundary=x; boundary=x', 'x'],
] as const)('the boundary of %s is %s', ([header, boundary]) => {
  const type = parseMediaType(header)
  expect(typeof type === 'string' ? type : [type.type, type.parameters.get('boundary')]).toEqual([
    'a/b',
    boundary,
  ])
})

test.for(['', ';;;', 'a/', 'a/b/c', 'a/b; x', 'a/b; x="y', 'a/b; x=//', 'a/b; x=1; x=2'])(
  '%j is no media type',
  (header) => {
    expect(typeof parseMediaType(header)).toBe('string')
  },
)

test.for([
  ['a=3Db=\nc', 'a=bc'],
  ['a=\r\nb \t\r\nc', 'ab\r\nc'],
  ['a=', 'a'],
  ['=3d=zz', '==zz'],
  ['é', 'é'],
  ['a= x', 'a= x'],
  ['\u0001', undefined],
] as const)('quoted-printable %j is %j', ([text, expected]) => {
  expect(decodeQuotedPrintable(text)).toBe(expected)
})

test('user data that is no NodeConfig is passed over when another source has one', () => {
  const file = { type: 'file', bytes: Buffer.from(config('a')) } as const
  const imds = { type: 'imds', bytes: Buffer.from('#!/bin/sh\n') } as const
  expect(outcome(() => loadNodeConfig([imds, file]))).toBe('a')
  expect(outcome(() => loadNodeConfig([imds]))).toBe('no-config-in-chain')
  expect(outcome(() => loadNodeConfig([]))).toBe('no-config-in-chain')
})

test('an error in a chain names its source and its file', () => {
  const dir = { type: 'dir', files: { 'b.yaml': Buffer.from('x') } } as const
  expect(() => loadNodeConfig([dir])).toThrow(
    /^configuration source 1 \(dir\): b.yaml: reading the NodeConfig: expected a mapping/,
  )
})

test('validation names the first field that is missing, and lets an empty certificate authority pass', () => {
  const decoded = parseUserData(
    Buffer.from(config('a').replace('name: a', 'name: a, apiServerEndpoint: e, certificateAuthority: ""')),
  )
  expect(() => validateNodeConfig(decoded)).toThrow(
    'checking the NodeConfig: spec.cluster.cidr is missing; a node cannot join without it',
  )
})

test.for([
  ['file:///etc/eks/nodeadm.d/', '/etc/eks/nodeadm.d/'],
  ['file://rel.yaml', 'rel.yaml'],
  ['FILE:/a%20b?q', '/a b'],
  ['file:a', ''],
] as const)('%s is the path %s', ([url, path]) => {
  expect(parseSourceUrl(url)).toEqual({ scheme: 'file', path })
})

test.for([
  'http://x',
  '',
  'x',
  ':x',
  'file://%zz',
  'file:///%zz',
  'file://h:port/',
  'file://a b',
  'file:///\n',
  'imds://[::1',
])('%j is no source', (url) => {
  expect(() => parseSourceUrl(url)).toThrow(AmiproofError)
})
