// The last line of .ci/run: how many tests vitest says have passed and failed, over all its runs. A file
// that could not be loaded counts as a failure, and so does a run that left no report or had no test.

import { existsSync, readFileSync } from 'node:fs'

const runs = process.argv
  .slice(2)
  .map((path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : []))
const emptyRuns = runs.filter((files) => files.length === 0).length
const files = runs.flat()
const tests = files.flatMap((file) => file.assertionResults)

const passed = tests.filter((test) => test.status === 'passed').length
const failedTests = tests.filter((test) => test.status === 'failed').length
const brokenFiles = files.filter(
  (file) =>
    file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
).length
const failed = failedTests + brokenFiles + emptyRuns

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
