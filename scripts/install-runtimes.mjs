// Installs the runtimes that test/long/edge/runtimes.test.ts runs, from the package registry: about 300 MB.
//   node scripts/install-runtimes.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from './setup/npm.mjs'
import { runtimePackages, runtimesFolder } from './testing/runtimes.mjs'

mkdirSync(runtimesFolder, { recursive: true })
writeFileSync(join(runtimesFolder, 'package.json'), '{ "private": true }\n')
const args = ['install', '--save-exact', '--no-audit', '--no-fund', '--ignore-scripts', ...runtimePackages]
const { code, output } = await runNpm(args, { cwd: runtimesFolder })
console.log(output.trim())
process.exitCode = code
