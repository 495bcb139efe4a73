import { test } from 'vitest'
import {
  credentialProviderConfigPath,
  credentialProviderFlags,
  renderCredentialProvider,
} from '../../src/render/image-credential-provider.ts'
import { codeOf, str } from './fields.ts'
import { expectEqualAnswers } from './vectors.ts'

test('the image credential provider is configured as by nodeadm', () => {
  expectEqualAnswers('image credential provider', ({ input, expected }) => {
    const binary = str(input, 'ecrCredentialProviderBinPathEnv') || undefined
    const render = (): string =>
      renderCredentialProvider(str(input, 'kubeletVersion'), {
        binary,
        exists: input.binaryExists === true,
      })
    const errorKind = codeOf(render)
    if (errorKind !== '' || expected.errorKind !== undefined)
      return [{ of: 'errorKind', expected: expected.errorKind ?? '', actual: errorKind }]
    const text = render()
    return [
      { of: 'path', expected: expected.path, actual: credentialProviderConfigPath },
      { of: 'flags', expected: expected.flags, actual: credentialProviderFlags(binary) },
      { of: 'text', expected: expected.text, actual: text },
      { of: 'config', expected: expected.config, actual: JSON.parse(text) },
    ]
  })
})
