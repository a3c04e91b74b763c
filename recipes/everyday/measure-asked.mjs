// Prints how well what is asked is read from prompts that were left out, as JSON.
//   node recipes/everyday/measure-asked.mjs --data <folder of training files> --tiers <everyday_tiers.jsonl.gz> [--seed 1]
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { readAskedRows } = await import('./asked/rows.ts')
const { readExamples } = await import('./asked/train-asked.ts')
const { measureAsked } = await import('./asked/measure.ts')
const { builtinArtifactFolder } = await import('../../src/base/artifact/builtin-folder.ts')
const { readPieceTable } = await import('../../src/routing/embedding/builtin/pieces/table-file.ts')
const { createPieceVectors } = await import('../../src/routing/embedding/builtin/pieces/piece-vectors.ts')

const { values } = parseArgs({
  options: { data: { type: 'string' }, tiers: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
if (values.data === undefined || values.tiers === undefined) {
  console.error('Name the training files: --data <folder> --tiers <file>')
  process.exit(2)
}
const seed = Number(values.seed)
const table = await readPieceTable(builtinArtifactFolder())
const rows = await readAskedRows(values.data, values.tiers, seed)
const examples = readExamples(rows, table, createPieceVectors(table), seed)
console.log(JSON.stringify(measureAsked(examples, seed), null, 2))
