// Runs the tests on other Node versions: node scripts/test-matrix.mjs [22 24]. Their binaries come from npm.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { runNpm, runProgram } from './setup/npm.mjs'
import { project } from './setup/project.mjs'
import { setUp } from './setup/set-up.mjs'

const given = process.argv.slice(2)
const versions = given.length > 0 ? given : ['22', '24']
const folder = mkdtempSync(join(tmpdir(), 'routellm-matrix-'))
const failed = []

await setUp()
try {
  for (const version of versions) if (!(await passesOn(version))) failed.push(version)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(
  failed.length === 0 ? `passed on Node ${versions.join(', ')}` : `failed on Node ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1

async function passesOn(version) {
  const name = `node-${process.platform}-${process.arch}`
  const prefix = join(folder, version)
  const installed = await runNpm([
    'install',
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    `${name}@${version}`,
  ])
  if (installed.code !== 0) {
    console.log(installed.output.trim())
    return false
  }
  const bin = join(prefix, 'node_modules', name, 'bin')
  const { stdout } = await runProgram(join(bin, 'node'), ['--version'])
  console.log(`Node ${stdout.trim()}`)
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--reporter=dot']
  const { code } = await runProgram(join(bin, 'node'), args, { cwd: project, env, stdio: 'inherit' })
  return code === 0
}
