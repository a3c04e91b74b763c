// Writes the generated parts of the documentation, and the JSON Schemas: scripts/docs/generators.mjs lists them.
//   node scripts/generate-docs.mjs            writes what changed
//   node scripts/generate-docs.mjs --check    writes nothing; ends with 1 if something would change
import { parseArgs } from 'node:util'
import { checkNode } from './setup/check-node.mjs'

checkNode()
const { setUp } = await import('./setup/set-up.mjs')
const { generateAll, loadBuilt, writeGeneratedDocs } = await import('./docs/generate.mjs')
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

await setUp()
if (values.check) {
  const stale = [...(await generateAll(loadBuilt))].filter(([, { now, wanted }]) => now !== wanted)
  for (const [file] of stale) console.error(`${file} is out of date: node scripts/generate-docs.mjs`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const file of await writeGeneratedDocs()) console.log(`wrote ${file}`)
}
