import { countCases, type JUnitCase, type JUnitDocument, type JUnitSuite, tidy } from './junit-document.ts'

/**
 * The strict dialect: valid against the schema of Jenkins' xUnit plugin (`junit-10.xsd`), the narrowest of the consumers. It knows no
 * `skipped` on `testsuites`, no `file` or `properties` in a `testcase`, and three decimals of a second. What it has no room for goes as
 * `[[PROPERTY|name=value]]` lines to the head of `system-out`.
 */
export const junitXml = (untidy: JUnitDocument): string => {
  const document = tidy(untidy)
  const { tests, failures, errors } = countCases(document.suites.flatMap(({ cases }) => cases))
  const root = attributes({ name: document.name, tests, failures, errors, time: time(document.seconds) })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${root}>`,
    ...document.suites.flatMap(suiteXml),
    '</testsuites>',
    '',
  ].join('\n')
}

const suiteXml = (suite: JUnitSuite, at: number): readonly string[] => [
  `  <testsuite${attributes({
    name: suite.name,
    ...countCases(suite.cases),
    time: time(suite.seconds),
    timestamp: suite.startedAt.slice(0, 19),
    hostname: suite.hostname,
    id: at,
    package: suite.package,
  })}>`,
  ...(suite.properties.length > 0
    ? [
        '    <properties>',
        ...suite.properties.map(([name, value]) => `      <property${attributes({ name, value })}/>`),
        '    </properties>',
      ]
    : []),
  ...suite.cases.flatMap(caseXml),
  '  </testsuite>',
]

const caseXml = ({ classname, name, seconds, outcome, properties, output }: JUnitCase): readonly string[] => {
  const head = `    <testcase${attributes({ classname, name, time: time(seconds) })}`
  const out = [...properties.map(propertyLine), ...(output ? [output] : [])].join('\n')
  const inner = [
    ...(outcome
      ? [element(outcome.kind, attributes({ type: outcome.type, message: outcome.message }), outcome.body)]
      : []),
    ...(out ? [element('system-out', '', out)] : []),
  ]
  return inner.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...inner.map((xml) => `      ${xml}`), '    </testcase>']
}

const element = (name: string, attributeText: string, content: string | undefined): string =>
  content ? `<${name}${attributeText}>${escapeXml(content)}</${name}>` : `<${name}${attributeText}/>`

/** Closing brackets inside a value would end the line's own. */
const propertyLine = ([name, value]: readonly [string, string]): string =>
  `[[PROPERTY|${name}=${value.replaceAll(']]', '] ]')}]]`

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(
      ([name, value]) =>
        ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`,
    )
    .join('')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escaping every `>` also takes `]]>` apart. */
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char)

const time = (seconds: number): string => Math.max(0, Number.isFinite(seconds) ? seconds : 0).toFixed(3)
