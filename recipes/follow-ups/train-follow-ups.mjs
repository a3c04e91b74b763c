// Trains the weights that recognise follow-ups. Needs Node 22.18 or newer.
//   node recipes/follow-ups/train-follow-ups.mjs [--folder artifacts/builtin] [--seed 1] [--measure]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { trainFollowUps } = await import('./train.ts')

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: fileURLToPath(new URL('../../artifacts/builtin', import.meta.url)) },
    seed: { type: 'string', default: '1' },
    measure: { type: 'boolean', default: false },
  },
})
await trainFollowUps({
  folder: values.folder,
  seed: Number(values.seed),
  measure: values.measure,
  onStage: (stage) => console.error(stage),
})
