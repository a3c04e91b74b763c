// Asks the router of a package of npm about each prompt, as ask.py does: node ask.mjs <folder with node_modules> < prompts.jsonl
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(resolve(process.argv[2]), 'node_modules', '@blockrun', 'llm')
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const { LLMClient } = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)

// The client asks for a wallet's key, and uses none to route. Its price list comes from its service; an empty one leaves the
// tier as it is, and only the model within the tier depends on it.
const client = new LLMClient({ privateKey: `0x${'11'.repeat(32)}` })
client.modelPricingCache = new Map()

const tiers = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING']
const decisions = []
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const { tier, taskType } = await client.route(JSON.parse(line).prompt)
  decisions.push({ said: `${tier} (${taskType})`, order: tiers.indexOf(tier) })
}
console.log(JSON.stringify({ version, decisions }))
