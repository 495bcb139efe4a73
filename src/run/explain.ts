import { resolve } from 'node:path'
import type { Check } from '../checks/check.ts'
import { nearest } from '../lib/nearest.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'
import { settle } from './config.ts'
import { judgedHere, probesOf } from './explain-probes.ts'
import { parseFlags, usage } from './flags.ts'
import { readSpec } from './spec-file.ts'
import type { Verb } from './terminal.ts'

/**
 * `amiproof explain CHECK|CONTROL`: what a check looks at and why, or what checks a control and where the control is from. With
 * `--evidence FILE`, also what the check says of that recording.
 */
export const explainVerb: Verb = async (args, terminal) => {
  const { values, positionals } = parseFlags('explain', args, {
    config: { type: 'string' },
    evidence: { type: 'string' },
    spec: { type: 'string' },
  })
  const [name = '', ...more] = positionals
  if (!name || more.length > 0) throw usage('explain', 'name one check or one control')
  const asked = values.config === undefined ? {} : { config: values.config }
  const catalogue = loadCatalogue(settle(asked, terminal.env, terminal.cwd))
  const { checks, frameworks } = catalogue
  const check = checks.find(({ id }) => id === name)
  const controls = controlsCalled(name, catalogue)
  if (!check && controls.length === 0) {
    const near = nearest(name, [
      ...checks.map(({ id }) => id),
      ...everyControl(catalogue).flatMap(({ framework, id }) => [id, `${framework}/${id}`]),
    ])
    throw usage(
      'explain',
      `there is no check and no control ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : ''}`,
    )
  }
  if (values.evidence !== undefined && !check)
    throw usage('explain', `--evidence shows what one check read, and ${name} is a control`)
  const at = (path: string) => resolve(terminal.cwd, path)
  const spec = values.spec === undefined ? undefined : readSpec(at(values.spec))
  const here = check && values.evidence !== undefined ? judgedHere(check, at(values.evidence), spec) : []
  const about = check ? [[...aboutCheck(check, frameworks), ...here, ''].join('\n')] : []
  terminal.out([...about, ...controls].join('\n'))
  return 0
}

const aboutCheck = (
  {
    id,
    title,
    severity,
    phase,
    tags,
    needs = [],
    about = 'image',
    fix,
    controls = [],
    applies,
    unless,
  }: Check,
  frameworks: Catalogue['frameworks'],
): readonly string[] => [
  id,
  `  ${title}`,
  '',
  `  severity  ${severity}`,
  `  phase     ${phase}`,
  `  suites    ${tags.join(', ')}`,
  `  condemns  the ${about}`,
  ...(needs.length > 0 ? [`  needs     ${needs.join(', ')}; unproven where the target has it not`] : []),
  ...(applies ? [`  applies   by the spec${unless ? `; not when ${unless}` : ''}`] : []),
  `  fix       ${fix}`,
  ...controls.map(
    ({ framework, id: control }) =>
      `  control   ${framework}/${control}${titleOf(framework, control, frameworks)}`,
  ),
  ...probesOf(id),
]

interface Ref {
  readonly framework: string
  readonly id: string
}

const everyControl = ({ checks, frameworks }: Catalogue): readonly Ref[] => [
  ...frameworks.flatMap(({ id: framework, controls }) => controls.map(({ id }) => ({ framework, id }))),
  ...checks.flatMap(({ controls = [] }) => controls),
]

/** By its own id or with its framework before it; an id that several frameworks have is explained for each. */
const controlsCalled = (name: string, catalogue: Catalogue): readonly string[] => {
  const found = everyControl(catalogue).filter(
    ({ framework, id }) => name === id || name === `${framework}/${id}`,
  )
  return [...new Set(found.map(({ framework, id }) => JSON.stringify([framework, id])))].map((key) => {
    const [framework = '', id = '']: readonly string[] = JSON.parse(key)
    const verifying = catalogue.checks.filter(({ controls = [] }) =>
      controls.some((ref) => ref.framework === framework && ref.id === id),
    )
    return [
      `${framework}/${id}${titleOf(framework, id, catalogue.frameworks)}`,
      ...(verifying.length > 0
        ? verifying.map((check) => `  checked by ${check.id}: ${check.title}`)
        : ['  no check']),
      '',
    ].join('\n')
  })
}

const titleOf = (framework: string, id: string, frameworks: Catalogue['frameworks']): string => {
  const title = frameworks.find((one) => one.id === framework)?.controls.find((one) => one.id === id)?.title
  return title ? `: ${title}` : ''
}
