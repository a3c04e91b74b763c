// Win rates of prompts by fits that have not seen them, on the data sets that routers of the package were trained on. Needs Node
// 22.18 or newer: the recipes are TypeScript.
import { join } from 'node:path'
import { builtinArtifactFolder, encoderArtifactFolder } from '../../../dist/base/artifact/builtin-folder.js'
import { loadRouterArtifact } from '../../../dist/base/artifact/load.js'
import { dot } from '../../../dist/base/math/linear/vectors.js'
import { createRandom } from '../../../dist/base/math/random.js'
import { sigmoid } from '../../../dist/base/math/sigmoid.js'
import { readAskedFile } from '../../../dist/routing/embedding/builtin/asked/asked-file.js'
import { gateOf } from '../../../dist/routing/embedding/builtin/asked/difficulty.js'
import {
  askedDeviation,
  askedFeature,
  featureLimit,
} from '../../../dist/routing/embedding/builtin/parameters.js'
import { loadPieceVectors } from '../../../dist/routing/embedding/builtin/pieces/piece-vectors.js'
import { readPieceTable } from '../../../dist/routing/embedding/builtin/pieces/table-file.js'
import { loadEmbedder } from '../../../dist/routing/embedding/registry.js'
import { loadRouter } from '../../../dist/routing/routers/registry.js'
import { checkNodeRunsTypeScript } from '../../../scripts/setup/check-node.mjs'

/**
 * @typedef {{ readonly winRates: readonly number[], readonly ofGroups?: readonly number[] }} LeftOut one number per prompt:
 *   `winRates` by fits without its fold, `ofGroups` by fits without its language
 * @typedef {{ readonly data: string, readonly encoder?: { readonly encoder: string }, readonly cache?: string }} LeftOutOptions
 *   `data`: folder with pool/ and training/; `encoder`: spec of the encoder tier; `cache`: a file that keeps its vectors
 */

const foldCount = 5

/** Data set → (prompts, options) → the routers that were trained on it, by name. */
export const leftOut = {
  /** Folds of whole families of prompts, and each language left out. */
  async corpus(prompts, options) {
    checkNodeRunsTypeScript()
    const builtin = await readBuiltinTraining(options.data)
    const folds = await builtin.familyFolds('corpus')
    const { encoder, cache } = options
    return {
      mf: {
        winRates: builtin.winRatesWithout(prompts, folds, (fold) => ({
          corpus: (row) => folds[row] !== fold,
        })),
        ofGroups: builtin.winRatesWithout(
          prompts,
          prompts.map(({ group }) => group),
          (language) => ({
            corpus: (row) => prompts[row].group !== language,
            tiers: (row) => builtin.rows.tiers[row].language !== language,
          }),
        ),
      },
      ...(encoder !== undefined && {
        'encoder tier': await encoderWithout(prompts, folds, encoder.encoder, cache),
      }),
    }
  },
  /** Folds of whole families. The encoder tier was not trained on these prompts. */
  async everyday_tiers(prompts, { data }) {
    checkNodeRunsTypeScript()
    const builtin = await readBuiltinTraining(data)
    const folds = await builtin.familyFolds('tiers')
    const foldOf = new Map(builtin.rows.tiers.map(({ prompt }, row) => [prompt, folds[row]]))
    return {
      mf: {
        winRates: builtin.winRatesWithout(
          prompts,
          prompts.map(({ prompt }) => foldOf.get(prompt)),
          (fold) => ({ tiers: (row) => folds[row] !== fold }),
        ),
      },
    }
  },
}

/** What recipes/builtin/ fits "what is asked" on, and the built-in router with that feature taken from other fits. */
async function readBuiltinTraining(data) {
  const { familyFolds } = await import('../../../recipes/everyday/asked/folds.ts')
  const { logOdds } = await import('../../../recipes/everyday/asked/linear-fit.ts')
  const { readAskedRows } = await import('../../../recipes/everyday/asked/rows.ts')
  const { createExampleReader } = await import('../../../recipes/everyday/asked/examples.ts')
  const { fitExamination, fitNeed, readExamples } = await import(
    '../../../recipes/everyday/asked/train-asked.ts'
  )
  const artifact = builtinArtifactFolder()
  const { seed } = (await loadRouterArtifact(artifact)).manifest
  const vectors = await loadPieceVectors(artifact)
  const tiersFile = join(data, 'pool', 'everyday_tiers.jsonl.gz')
  const rows = await readAskedRows(join(data, 'training'), tiersFile, seed)
  const examples = readExamples(rows, await readPieceTable(artifact), vectors, seed)
  const read = createExampleReader(vectors, examples.clusters)
  const router = await loadRouter({ name: 'mf', kind: 'mf' }, { embedderOptions: {}, hub: {} })
  // The shipped log-odds of the need are shifted, so that the join with the other features has no constant.
  const shift = (await readAskedFile(artifact)).biases[0] - fitNeed(examples, seed).bias

  return {
    rows,
    familyFolds: async (group) => familyFolds(examples[group], foldCount, createRandom(seed)),
    /**
     * @param groups one per prompt: what is left out of the fit that scores it. @param selectionWithout which rows a fit without
     *   a group sees
     */
    winRatesWithout(prompts, groups, selectionWithout) {
      const opinions = prompts.map(({ prompt }) => opinionOf(router, prompt))
      const slope = slopeOf(opinions)
      const winRates = new Array(prompts.length)
      for (const group of new Set(groups)) {
        const selection = selectionWithout(group)
        const need = fitNeed(examples, seed, selection)
        const examination = fitExamination(examples, seed, selection)
        for (const [row, { prompt }] of prompts.entries()) {
          if (groups[row] !== group) continue
          const example = read(prompt)
          const asked = gateOf(logOdds(examination, example)) * (logOdds(need, example) + shift)
          winRates[row] = sigmoid(opinions[row].rest + slope * cut(asked))
        }
      }
      return winRates
    },
  }
}

/** The router's log-odds without what is asked, and that feature's value and effect. */
function opinionOf(router, text) {
  const { strongWinRate, contributions } = router.explain({ text, system: '' })
  const asked = contributions.find(({ feature }) => feature === askedFeature)
  const { value, effect } = asked ?? { value: 0, effect: 0 }
  return { rest: Math.log(strongWinRate / (1 - strongWinRate)) - effect, value, effect }
}

/** Log-odds of the win rate for each log-odds of what is asked: the same for every prompt whose value is not cut off. */
function slopeOf(opinions) {
  const { value, effect } = opinions.find(({ value }) => Math.abs(value) > 1 && cut(value) === value)
  return effect / value
}

function cut(value) {
  const limit = featureLimit * askedDeviation
  return Math.max(-limit, Math.min(limit, value))
}

/** As recipes/encoder/ fits the encoder tier, on the vectors of the encoder as it ships. */
async function encoderWithout(prompts, folds, place, cache) {
  const { fitOn } = await import('../../../recipes/encoder/measure.ts')
  const { vectorsOf } = await import('../../../recipes/encoder/vectors.ts')
  const { manifest } = await loadRouterArtifact(encoderArtifactFolder())
  const { id, dimensions } = manifest.embedder
  const embedder = await loadEmbedder(`onnx:${place}${/#.*$/.exec(id)?.[0] ?? ''}`, { hub: {} }, dimensions)
  try {
    const texts = prompts.map(({ prompt }) => prompt)
    const vectors = await vectorsOf(texts, embedder, cache, (done) => {
      if (done % 1024 === 0) console.error(`${done} vectors`)
    })
    const rows = prompts.map(({ isHard, group }, row) => ({
      vector: vectors[row],
      label: isHard ? 1 : 0,
      language: group,
    }))
    const scoresWithout = (groups) => {
      const scores = new Array(rows.length)
      for (const group of new Set(groups)) {
        const weights = fitOn(
          rows.filter((_, row) => groups[row] !== group),
          manifest.options.l2,
        )
        for (const [row, { vector }] of rows.entries())
          if (groups[row] === group) scores[row] = dot(weights, vector)
      }
      return scores
    }
    return {
      winRates: scoresWithout(Array.from(folds)),
      ofGroups: scoresWithout(rows.map(({ language }) => language)),
    }
  } finally {
    await embedder.close?.()
  }
}
