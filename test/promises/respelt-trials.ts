import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAtOnce } from '../../src/base/concurrency/run-steps.ts'
import { createRandom } from '../../src/base/math/random.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { demoConfig } from '../../src/config/parse-config.ts'
import { calibrateLoss } from '../../src/jobs/calibrate/loss.ts'
import { examplesOf } from '../../src/learning/training/few_label/examples.ts'
import { learnFewLabel } from '../../src/learning/training/few_label/learning.ts'
import { loadPriorRouter } from '../../src/learning/training/few_label/prior.ts'
import { trainPromptSpace } from '../../src/learning/training/few_label/space/space-training.ts'
import { loadEmbedder } from '../../src/routing/embedding/registry.ts'
import { promptFromText } from '../../src/routing/prompts/routed-prompt.ts'
import {
  asBaseEmbedder,
  type BaseEmbedder,
  createPromptReader,
} from '../../src/routing/routers/few_label/prompt-space.ts'
import { createFewLabelRouter, type FewLabelRouter } from '../../src/routing/routers/few_label/router.ts'
import { length } from '../../src/routing/routers/length/kind.ts'
import type { RouterKind } from '../../src/routing/routers/router-kind.ts'
import {
  describeTrainedPrompts,
  type TrainedPrompts,
} from '../../src/routing/routers/trained-prompts/trained-prompts.ts'
import { drawPopulation, drawSome, type Request } from './population.ts'

const labelCount = 120
const maxLoss = 0.1
export const confidence = 0.95

/** Trains routers on labels, and calibrates them on the same labels as they come back, spelt in another way. */
export async function createRespeltTrials() {
  const population = drawPopulation(600, 1)
  /** The requests that are lost if the weak model gets them. */
  const failing = population
    .filter(({ scores }) => scores.small === 0)
    .map(({ prompt }) => promptFromText(prompt))
  const folder = await mkdtemp(join(tmpdir(), 'routellm-respelt-'))
  const embedder = cached(asBaseEmbedder(await loadEmbedder('builtin', {})))
  const { direction } = await loadPriorRouter()
  const space = await trainPromptSpace(
    population.map(({ prompt }) => prompt),
    embedder,
    direction,
  )

  /** Trains as `trainFewLabel` does, in a space that is learned from the whole population once, and without metrics. */
  function train(rows: readonly Request[]): Trained {
    const prompts = rows.map(({ prompt }) => prompt)
    const read = createPromptReader(space, embedder)
    const labels = {
      strongScores: Float64Array.from(rows, ({ scores }) => scores.big),
      weakScores: Float64Array.from(rows, ({ scores }) => scores.small),
      wins: Float64Array.from(rows, ({ scores }) => scores.big - scores.small),
      weights: new Float64Array(rows.length).fill(1),
    }
    const { weights, scale, leftOutScores } = learnFewLabel(
      runAtOnce(examplesOf(prompts, read, space.vocabulary.hashes.length)),
      labels,
    )
    const trained = describeTrainedPrompts(prompts, (label) =>
      sigmoid(scale.slope * leftOutScores[label]! + scale.offset),
    )
    const parameters = { space, weights, scale, trained }
    return { router: createFewLabelRouter({ name: 'mine', parameters, embedder }), trained }
  }

  async function calibrate({ router, trained }: Trained, labels: readonly Request[], isRecorded: boolean) {
    const file = join(folder, 'labels.jsonl')
    await writeFile(file, labels.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return calibrateLoss(
      {
        router: isRecorded ? router : { name: router.name, strongWinRate: router.strongWinRate },
        spec: { name: 'mine', kind: 'length' },
        pair: { strong: 'big', weak: 'small' },
        context: {
          signal: new AbortController().signal,
          onProgress() {},
          onWarning() {},
          workspace: {
            folder,
            config: demoConfig(),
            dependencies: { embedderOptions: {}, hub: {}, kinds: [kindOf(isRecorded ? trained : undefined)] },
          },
        },
      },
      { kind: 'loss', maxLoss, confidence, labels: file },
    )
  }

  /**
   * The loss over the whole population at a threshold. Labelled requests count with the win rates of fits without them, as
   * the router has for all requests to come.
   */
  function lossAt(threshold: number, { router }: Trained): number {
    const lost = failing.filter((prompt) => {
      const winRate = router.crossFittedWinRate(prompt) ?? Number(router.strongWinRate(prompt))
      return winRate < threshold
    })
    return lost.length / population.length
  }

  /** In how many random splits the loss over the population is above the promised one. */
  async function countViolations(
    runs: number,
    respell: (text: string, label: number) => string,
    isRecorded: boolean,
  ) {
    let violations = 0
    const bases = new Set<string>()
    for (let split = 0; split < runs; split++) {
      const labels = drawSome(population, labelCount, createRandom(1_000 + split))
      const trained = train(labels)
      const respelt = labels.map((row, label) => ({ ...row, prompt: respell(row.prompt, label) }))
      const found = await calibrate(trained, respelt, isRecorded)
      bases.add(found.basis)
      if (found.possible && lossAt(found.threshold, trained) > maxLoss) violations++
    }
    return { violations, bases: [...bases] }
  }

  return {
    population,
    train,
    calibrate,
    countViolations,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export type RespeltTrials = Awaited<ReturnType<typeof createRespeltTrials>>

type Trained = { readonly router: FewLabelRouter; readonly trained: TrainedPrompts }

/** The embedder with a memory of the vectors that it gave. */
function cached(base: BaseEmbedder): BaseEmbedder {
  const vectors = new Map<string, Float32Array>()
  const embedNow = (text: string) => {
    const vector = vectors.get(text) ?? base.embedNow(text).slice()
    vectors.set(text, vector)
    return vector
  }
  return { ...base, embedNow, embed: async (texts) => texts.map(embedNow) }
}

/** A kind whose only router was trained on these prompts; undefined for one that does not record them. */
function kindOf(trained: TrainedPrompts | undefined): RouterKind {
  return { ...length, origin: { trainedPrompts: async () => trained } }
}
