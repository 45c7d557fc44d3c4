// The last line of .ci/run: how many tests vitest says have passed and failed. A file that could not
// be loaded counts as a failure, and a run without any test is one.

import { existsSync, readFileSync } from 'node:fs'

const [path] = process.argv.slice(2)
const result = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { testResults: [] }
const files = result.testResults
const tests = files.flatMap((file) => file.assertionResults)

const passed = tests.filter((test) => test.status === 'passed').length
const failedTests = tests.filter((test) => test.status === 'failed').length
const brokenFiles = files.filter(
  (file) =>
    file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
).length
const failed = failedTests + brokenFiles

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
