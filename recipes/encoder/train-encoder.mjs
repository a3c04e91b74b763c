// Trains the router for an encoder's vectors that ships.
//   node recipes/encoder/train-encoder.mjs --model <folder of multilingual-e5-small> [--output artifacts/encoder] [--seed 1] [--cache FILE]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { trainEncoderRouter } = await import('./train.ts')

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    output: { type: 'string', default: fileURLToPath(new URL('../../artifacts/encoder', import.meta.url)) },
    seed: { type: 'string', default: '1' },
    cache: { type: 'string' },
  },
})
if (values.model === undefined) {
  console.error('Name the folder of the encoder: --model <folder>')
  process.exit(2)
}
const { folds, languages } = await trainEncoderRouter({
  model: values.model,
  output: values.output,
  seed: Number(values.seed),
  ...(values.cache !== undefined && { cache: values.cache }),
  onStage: (stage) => console.error(stage),
})
console.log(
  JSON.stringify({ output: values.output, folds, languages: Object.fromEntries(languages) }, null, 2),
)
