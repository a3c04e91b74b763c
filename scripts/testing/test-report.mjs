// Reads vitest's JSON report: how many tests passed, failed and were skipped, and which skips have no excuse.
import { requirements } from './requirements.mjs'

/**
 * @typedef {{ fullName: string, status: string }} TestResult
 * @typedef {{ name: string, status: string, assertionResults: readonly TestResult[] }} FileResult
 */

/**
 * @param {{ success: boolean, testResults: readonly FileResult[] }} report
 * @returns {{ passed: number, failed: number, skipped: readonly string[], broken: readonly string[] }} `skipped`
 *   holds the titles of skipped tests, `broken` the files that failed without a failing test.
 */
export function countTests(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const failing = tests.filter((test) => test.status === 'failed')
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failing.length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
    broken: broken.map((file) => file.name),
  }
}

/**
 * Skipped tests that could have run: those that name no requirement of the table, and those whose requirement is met.
 *
 * @param {readonly string[]} skipped
 * @param {typeof requirements} [table]
 * @returns {Promise<string[]>} one sentence each
 */
export async function unexcusedSkips(skipped, table = requirements) {
  const sentences = []
  for (const title of skipped) {
    const name = /\[needs ([^:\]]+): [^\]]*\]/.exec(title)?.[1]
    if (name === undefined) sentences.push(`skipped without a requirement: ${title}`)
    else if (!(name in table)) sentences.push(`skipped for "${name}", which is no requirement: ${title}`)
    else {
      const place = await table[name].find()
      if (place !== undefined) sentences.push(`skipped although ${name} is here (${place}): ${title}`)
    }
  }
  return sentences
}
