import { testReport } from '../test-checks.ts'

testReport()
