// Makes the table of word pieces that ships. Needs Node 22.18 or newer.
//   node recipes/pieces/make-table.mjs --model <folder of multilingual-e5-small> --data <folder of prompts>
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { makeTable } = await import('./make-table.ts')

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    data: { type: 'string' },
    output: { type: 'string', default: fileURLToPath(new URL('../../artifacts/builtin', import.meta.url)) },
  },
})
if (values.model === undefined || values.data === undefined) {
  console.error('Name the folder of the model and that of the prompts: --model <folder> --data <folder>')
  process.exit(2)
}
await makeTable({
  model: values.model,
  data: values.data,
  output: values.output,
  onStage: (stage) => console.error(stage),
})
