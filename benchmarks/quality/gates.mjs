// Checks what the committed results have to satisfy: each result on a test set is recorded in test-set-runs.jsonl, and
// few_label is never significantly below the built-in router with 50 labels. Ends with 1 if a gate fails.
//   node benchmarks/quality/gates.mjs
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { project } from '../../scripts/setup/project.mjs'

const evaluation = readResults('evaluation')
const ownLabels = readResults('own-labels')
const guarantee = readResults('guarantee')
const everyday = readResults('everyday')
const quality = readResults('builtin-quality')
const runs = readFileSync(join(project, 'benchmarks', 'test-set-runs.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

const gates = {
  'the APGR of every router in evaluation.json is recorded': runs.some(({ result }) =>
    evaluation.evaluations.every(({ benchmark, routers }) =>
      routers.every(({ name, apgr }) => result[benchmark]?.routers?.[name]?.apgr === apgr),
    ),
  ),
  'every benchmark of own-labels.json is recorded': ownLabels.benchmarks.every(({ benchmark, ...measured }) =>
    isDeepStrictEqual(runs.find(({ when }) => when === ownLabels.began)?.result[benchmark], measured),
  ),
  'every measurement of guarantee.json is recorded': guarantee.measurements.every((measurement) =>
    runs.some(({ result }) => result.guarantee?.some((recorded) => isDeepStrictEqual(recorded, measurement))),
  ),
  'every benchmark of builtin-quality.json is recorded': Object.entries(quality.benchmarks).every(
    ([benchmark, measured]) =>
      runs.some(
        ({ when, result }) => when === quality.when && isDeepStrictEqual(result[benchmark], measured),
      ),
  ),
  'the hand-written prompts of everyday.json are recorded':
    everyday.hand_written === undefined ||
    runs.some(({ result }) => isDeepStrictEqual(result.hand_written, everyday.hand_written.all)),
  ...Object.fromEntries(
    ownLabels.benchmarks.map(({ benchmark, labels }) => [
      `few_label with 50 labels of ${benchmark}, 16 draws or more: not significantly below the built-in router`,
      labels
        .filter((row) => row.labels === 50)
        .every(({ draws, routers }) => draws >= 16 && routers.few_label.minusPrior.interval[1] >= 0),
    ]),
  ),
}

for (const [gate, isMet] of Object.entries(gates)) console.log(`${isMet ? 'met   ' : 'MISSED'} ${gate}`)
process.exitCode = Object.values(gates).every(Boolean) ? 0 : 1

function readResults(name) {
  return JSON.parse(readFileSync(join(project, 'benchmarks', 'results', `${name}.json`), 'utf8'))
}
