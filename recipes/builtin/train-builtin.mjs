// Trains the embedder and the router that ship. Needs the build: npm run build.
//   node recipes/builtin/train-builtin.mjs --data <folder of training files> --tiers <everyday_tiers.jsonl.gz> [--output artifacts/builtin] [--seed 1]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { trainBuiltin } = await import('./train.ts')

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tiers: { type: 'string' },
    output: { type: 'string', default: fileURLToPath(new URL('../../artifacts/builtin', import.meta.url)) },
    seed: { type: 'string', default: '1' },
  },
})
if (values.data === undefined || values.tiers === undefined) {
  console.error(
    'Name the folder of the training files, and the file of everyday prompts: --data <folder> --tiers <file>',
  )
  process.exit(2)
}
const { router } = await trainBuiltin({
  data: values.data,
  tiers: values.tiers,
  output: values.output,
  seed: Number(values.seed),
  onStage: (stage) => console.error(stage),
})
console.log(
  JSON.stringify({ output: values.output, recipe: router.recipe, metrics: router.metrics }, null, 2),
)
