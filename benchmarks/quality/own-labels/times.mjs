import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveRouterArtifact } from '../../../dist/base/artifact/save.js'
import { loadBenchmark } from '../../../dist/learning/evaluation/benchmarks/registry.js'
import { loadPriorRouter } from '../../../dist/learning/training/few_label/prior.js'
import { trainFewLabel } from '../../../dist/learning/training/few_label/train.js'
import { loadBuiltinEmbedder } from '../../../dist/routing/embedding/builtin/embedder.js'
import { loadRouter } from '../../../dist/routing/routers/registry.js'
import { spread } from '../../support/spread.mjs'

const rounds = 5
const labelCount = 500
const logCount = 10_000
const scored = 3_000

/** How long `train few_label` takes on 500 labels and 10,000 prompts, and its router for one prompt. CPU time, this thread's. */
export async function measureTimes(dataFolder) {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-own-times-'))
  try {
    const { rows } = await loadBenchmark('mmlu', { dataFolder })
    const write = (name, some) => {
      writeFileSync(join(folder, name), some.map((row) => `${JSON.stringify(row)}\n`).join(''))
      return join(folder, name)
    }
    const labelled = rows
      .filter((_, row) => row % Math.floor(rows.length / labelCount) === 0)
      .slice(0, labelCount)
    const labels = write(
      'labels.jsonl',
      labelled.map(({ prompt, strongScore, weakScore }) => ({
        prompt,
        scores: { strong: strongScore, weak: weakScore },
      })),
    )
    const prompts = write(
      'log.jsonl',
      rows.slice(0, logCount).map(({ prompt }) => ({ prompt })),
    )
    const trainSeconds = []
    for (let round = 0; round < rounds; round++) {
      const began = process.cpuUsage()
      const { artifact } = await trainFewLabel({
        name: 'timed',
        labels: [labels],
        prompts: [prompts],
        strongModel: 'strong',
        weakModel: 'weak',
        embedder: await loadBuiltinEmbedder(),
        prior: await loadPriorRouter(),
      })
      trainSeconds.push(seconds(began))
      await saveRouterArtifact(join(folder, 'timed'), artifact)
    }
    const router = await loadRouter(
      { name: 'timed', artifact: join(folder, 'timed') },
      { embedderOptions: { cacheEntries: 1 }, hub: {} },
    )
    const scoreMilliseconds = []
    for (let round = 0; round < rounds; round++) {
      const began = process.cpuUsage()
      for (const { prompt } of rows
        .slice(round * scored, (round + 1) * scored)
        .concat(rows.slice(0, scored))
        .slice(0, scored))
        router.strongWinRate({ text: prompt, system: '' })
      scoreMilliseconds.push((1000 * seconds(began)) / scored)
    }
    return {
      processor: cpus()[0]?.model,
      node: process.versions.node,
      labels: labelCount,
      prompts: logCount,
      trainSeconds: spread(trainSeconds, 2),
      scoreMilliseconds: spread(scoreMilliseconds, 3),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function seconds(began) {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}
