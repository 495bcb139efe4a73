import junit, { type Builder } from 'junit-report-builder'
import { type JUnitDocument, tidy } from './junit-document.ts'

/** The package is CommonJS: Node gives the builder where its types promise a module that has it. */
const root: Builder = 'newBuilder' in junit ? (junit as unknown as Builder) : junit.default

/**
 * The rich dialect: `properties` in each `testcase`, for consumers that show them (Jenkins' JUnit plugin, GitHub, Testmo). The xUnit
 * plugin refuses it. The builder drops the reason of a skip, so that stands among the properties.
 */
export const junitRich = (untidy: JUnitDocument): string => {
  const document = tidy(untidy)
  const builder = root.newBuilder().name(document.name)
  for (const suite of document.suites) {
    const suiteNode = builder.testSuite().name(suite.name).time(rounded(suite.seconds))
    suiteNode.timestamp(suite.startedAt.slice(0, 19))
    for (const [name, value] of suite.properties) suiteNode.property(name, value)
    for (const { name, classname, seconds, properties, outcome, output } of suite.cases) {
      const node = suiteNode.testCase().name(name).className(classname).time(rounded(seconds))
      for (const [key, value] of properties) node.property(key, value)
      if (output) node.standardOutput(output)
      if (outcome?.kind === 'failure') {
        node.failure(outcome.message, outcome.type)
        if (outcome.body) node.stacktrace(outcome.body)
      } else if (outcome?.kind === 'error') {
        node.error(outcome.message, outcome.type, outcome.body ?? outcome.message)
      } else if (outcome?.kind === 'skipped') {
        node.skipped().property('skip_type', outcome.type).property('skip_reason', outcome.message)
      }
    }
  }
  return `${builder.build()}\n`
}

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000
