import { answered, trouble } from '../../facts/gpu/answer.ts'
import type { DcgmTest } from '../../facts/gpu/dcgm.ts'
import type { Facts } from '../../facts/index.ts'
import { AmiproofError } from '../../lib/errors.ts'
import { all } from '../combine.ts'
import { expected, none } from '../verdict.ts'
import { ofType } from './claim.ts'

const where = 'dcgmi diag -r 1'
const whole = {
  tags: ['gpu-active'],
  types: 'with whole GPUs',
  when: ({ vgpu }: { readonly vgpu: boolean }) => !vgpu,
}

const testsOf = ({ gpuDcgm }: Facts): readonly DcgmTest[] => {
  const value = answered(gpuDcgm)
  if (value) return value.tests
  throw new AmiproofError(
    `cannot tell what DCGM finds: ${trouble('dcgmi', gpuDcgm)}; run it from a container on the node`,
    {
      kind: gpuDcgm.kind === 'absent' ? 'unproven' : 'fact',
      code: 'dcgm',
      op: 'read dcgmi diag',
      blame: 'image',
    },
  )
}

/** DCGM's severity 5 is a configuration; older reports have no severity, and persistence mode is what they mean by it. */
const isConfiguration = ({ warnings }: DcgmTest): boolean =>
  warnings.length > 0 &&
  warnings.every(({ severity, text }) => severity === 5 || /persistence mode/i.test(text))

const shown = ({ category, name, entity, warnings }: DcgmTest): string =>
  `${category}: ${name}${entity === '' ? '' : ` (${entity})`}: ${warnings
    .map(({ text }) => text)
    .join('; ')
    .slice(0, 200)}`

const failing = (facts: Facts, configuration: boolean): readonly string[] =>
  testsOf(facts)
    .filter(
      (test) =>
        (test.status === 'fail' || test.status === 'unknown') && isConfiguration(test) === configuration,
    )
    .map(shown)

export const hardware = ofType({
  ...whole,
  id: 'gpu-active/hardware',
  title: 'DCGM finds nothing wrong with the GPUs',
  severity: 'high',
  about: 'instance',
  judge: ({ facts }) => none(failing(facts, false), 'no failed test', where),
  fix: 'Replace the instance, and keep what DCGM says of it for the support case.',
})

export const configuration = ofType({
  ...whole,
  id: 'gpu-active/configuration',
  title: 'DCGM finds nothing wrong with how the GPUs are set up',
  severity: 'high',
  judge: ({ facts }) => none(failing(facts, true), 'no failed test', where),
  fix: 'Do what the words of dcgmi in this result say; with persistence mode off it already ends with 226: run `nvidia-smi -pm 1`.',
})

export const executed = ofType({
  ...whole,
  id: 'gpu-active/executed',
  title: 'DCGM has run at least one test to its end',
  severity: 'high',
  judge: ({ facts }) => {
    const tests = testsOf(facts)
    const ran = tests.filter(
      ({ status, category, name }) =>
        status !== 'skip' && !(category === 'Deployment' && name !== 'software'),
    )
    const hardwareTests = tests.filter(({ category }) => category === 'Hardware')
    return all(
      expected(
        ran.length > 0,
        tests.map(({ name, status }) => `${name} ${status}`),
        'a test that was not skipped',
        where,
      ),
      none(
        hardwareTests.length > 0 && hardwareTests.every(({ status }) => status === 'skip')
          ? hardwareTests.map(({ name }) => `${name} skip`)
          : [],
        'a hardware test that was not skipped',
        where,
      ),
    )
  },
  fix: 'DCGM skips GPUs that its list does not have: use a newer DCGM. A run in which all was skipped proves nothing.',
})
