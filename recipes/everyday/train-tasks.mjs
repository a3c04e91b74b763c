// Trains the weights that read the kind of work from a prompt, on the corpus of everyday prompts. Needs Node 22.18 or newer.
//   node recipes/everyday/train-tasks.mjs [--folder artifacts/builtin] [--seed 1]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { trainTasks } = await import('./train-tasks.ts')

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: fileURLToPath(new URL('../../artifacts/builtin', import.meta.url)) },
    seed: { type: 'string', default: '1' },
  },
})
await trainTasks({
  folder: values.folder,
  seed: Number(values.seed),
  onStage: (stage) => console.error(stage),
})
