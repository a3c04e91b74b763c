// Installs the coding agents that test/long/coding-agents.test.ts runs, from the package registry: about 1 GB.
//   node scripts/install-agents.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from './setup/npm.mjs'
import { agentPackages, agentsFolder } from './testing/agents.mjs'

mkdirSync(agentsFolder, { recursive: true })
writeFileSync(join(agentsFolder, 'package.json'), '{ "private": true }\n')
const args = ['install', '--save-exact', '--no-audit', '--no-fund', ...agentPackages]
const { code, output } = await runNpm(args, { cwd: agentsFolder })
console.log(output.trim())
process.exitCode = code
