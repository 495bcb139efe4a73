import { expect, test } from 'vitest'
import {
  credentialProviderFlags,
  renderCredentialProvider,
} from '../../src/render/image-credential-provider.ts'

test.for([
  ['/opt/ecr/bin/provider', '/opt/ecr/bin', 'provider'],
  ['provider', '.', 'provider'],
  ['./bin/provider', 'bin', 'provider'],
  ['/opt//ecr/../bin/provider', '/opt/bin', 'provider'],
  ['/opt/bin/', '/opt/bin', 'bin'],
  ['/provider', '/', 'provider'],
  ['../provider', '..', 'provider'],
  ['/../provider', '/', 'provider'],
])('the binary %s lies in %s and is called %s', ([binary = '', directory, name]) => {
  expect(credentialProviderFlags(binary)['image-credential-provider-bin-dir']).toBe(directory)
  expect(JSON.parse(renderCredentialProvider('v1.34.0', { binary })).providers[0].name).toBe(name)
})
