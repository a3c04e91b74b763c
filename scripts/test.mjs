// `npm test`: sets up, runs every check, and ends with one line `N passed, N failed, N skipped`.
// `--long` runs test/long/ instead: soaks, fuzzing and kill tests. `--only-tests` leaves the other checks out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkNode } from './setup/check-node.mjs'

checkNode()
const { setUp } = await import('./setup/set-up.mjs')
const { runProgram } = await import('./setup/npm.mjs')
const { project } = await import('./setup/project.mjs')
const { countTests, unexcusedSkips } = await import('./testing/test-report.mjs')

const long = process.argv.includes('--long')
const onlyTests = process.argv.includes('--only-tests')
const filters = process.argv.slice(2).filter((argument) => !['--long', '--only-tests'].includes(argument))
const inCI = ['1', 'true'].includes(process.env.CI ?? '')

await timed('set-up', async () => {
  await setUp()
  return true
})
const checks = long || onlyTests ? [] : await runChecks()
const tests = await runTests()
const failed = tests.failed + checks.filter((ok) => !ok).length
process.exitCode = failed > 0 || tests.passed === 0 ? 1 : 0
if (tests.passed === 0) console.log('No test ran.')
// A failed check counts as one failed test, so that the line and the exit code agree.
console.log(`${tests.passed} passed, ${failed} failed, ${tests.skipped} skipped`)

/** The checks that need no running code, two at a time: the longest beside the others in turn. */
async function runChecks() {
  const bin = (name) => join(project, 'node_modules', ...name.split('/'))
  const typesOf = (name, config) => check(name, [bin('typescript/bin/tsc'), '--noEmit', '-p', config])
  const types = async () => [
    await typesOf('types', 'tsconfig.json'),
    await typesOf('types of the page', join('web', 'tsconfig.json')),
  ]
  const others = async () => [
    await check('style', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']),
    await check('layers', [join('scripts', 'check-layers.mjs')]),
    await check('dead code', [bin('knip/bin/knip.js'), '--no-progress']),
  ]
  return (await Promise.all([types(), others()])).flat()
}

function check(name, args) {
  return timed(name, async () => {
    const { code, output } = await runProgram(process.execPath, args, { cwd: project })
    if (code !== 0) console.log(output.trim())
    return code === 0
  })
}

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-test-'))
  const reportFile = join(folder, 'report.json')
  const config = long ? ['--config', join('test', 'long', 'vitest.config.ts')] : []
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  try {
    let counts = { passed: 0, failed: 1, skipped: 0 }
    await timed('tests', async () => {
      const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs')
      const args = [vitest, 'run', ...config, ...reporters, ...filters]
      const { code } = await runProgram(process.execPath, args, { cwd: project, stdio: 'inherit' })
      counts = await readReport(reportFile)
      // An error outside every test fails the run without failing a test.
      if (code !== 0 && counts.failed === 0) counts.failed = 1
      return counts.failed === 0
    })
    return counts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function readReport(reportFile) {
  const { passed, failed, skipped, broken } = countTests(JSON.parse(readFileSync(reportFile, 'utf8')))
  for (const file of broken) console.log(`failed outside its tests: ${file}`)
  for (const title of skipped) console.log(`skipped: ${title}`)
  const unexcused = await unexcusedSkips(skipped)
  for (const sentence of unexcused)
    console.log(inCI ? `failed: ${sentence}` : `in CI this fails: ${sentence}`)
  const failedSkips = inCI ? unexcused.length : 0
  return { passed, failed: failed + broken.length + failedSkips, skipped: skipped.length - failedSkips }
}

async function timed(name, step) {
  const began = performance.now()
  const ok = await step()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  return ok
}
