import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinArtifactFolder } from '../../src/base/artifact/builtin-folder.ts'
import type { RouterArtifact } from '../../src/base/artifact/router-artifact.ts'
import { saveRouterArtifact } from '../../src/base/artifact/save.ts'
import { evenQuantiles } from '../../src/base/math/statistics/quantile.ts'
import { type BuiltinEmbedder, createBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import { embedderFileName, encodeEmbedder } from '../../src/routing/embedding/builtin/embedder-file.ts'
import { builtinEmbedderId } from '../../src/routing/embedding/builtin/parameters.ts'
import { createPieceVectors } from '../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import {
  encodePieceTable,
  pieceTableFileName,
  readPieceTable,
} from '../../src/routing/embedding/builtin/pieces/table-file.ts'
import { createMatrixFactorizationRouter } from '../../src/routing/routers/mf/router.ts'
import { tensorsOfWeights } from '../../src/routing/routers/mf/weights.ts'
import { familyOf, type OutcomeUnit, outcomeUnits } from './data/outcome-units.ts'
import { permittedDatasets } from './data/permitted-data.ts'
import { readTrainingRows, type TrainingRows } from './data/training-rows.ts'
import { type CardFacts, dataCard } from './data-card.ts'
import { trainBuiltinEmbedder } from './embedder-training.ts'
import { measureNeighbours } from './neighbour-check.ts'
import { recipes as allRecipes, type Recipe, type VectorUnit, vectorUnit } from './recipes.ts'
import { type BuiltinRouter, builtinPair, trainBuiltinRouter, type VectorPair } from './router-training.ts'

export type TrainBuiltinOptions = {
  /** Folder of the training files. */
  readonly data: string
  /** Folder to write `embedder.safetensors`, `pieces.safetensors`, `router.json`, `weights.safetensors` and `DATA_CARD.md` to. */
  readonly output: string
  /** Folder of the table that recipes/pieces/make-table.mjs wrote. Default: the package's own. */
  readonly pieces?: string
  readonly seed: number
  /** To choose from; all of `recipes` unless told. */
  readonly recipes?: readonly Recipe[]
  readonly onStage?: (stage: string) => void
}

const quantiles = 201

/** Trains the embedder and the router that ship. The same data and seed give the same bytes. */
export async function trainBuiltin(options: TrainBuiltinOptions): Promise<CardFacts> {
  const { data, output, seed, recipes = allRecipes, onStage = () => {} } = options
  onStage('reading the permitted rows')
  const rows = await readTrainingRows(data)
  onStage(`checking the vectors of word pieces on held-out prompts of ${rows.pool.length}`)
  const table = await readPieceTable(options.pieces ?? builtinArtifactFolder())
  const vectors = createPieceVectors(table)
  const neighbours = measureNeighbours(rows.pool, vectors)
  onStage('training the embedder')
  const parameters = trainBuiltinEmbedder(rows.pool.map(({ prompt }) => prompt))
  const embedder = createBuiltinEmbedder(parameters, vectors)
  const units = outcomeUnits(rows.outcomes)
  onStage(`choosing and fitting the router on ${units.length} data sets`)
  const router = trainBuiltinRouter(recipes, vectorUnits(units, embedder), vectorPairs(rows, embedder), seed)
  const artifact = await builtinArtifact(rows, router, embedder, seed)
  onStage('writing the artifact')
  const facts: CardFacts = { rows, units, router, neighbours, parameters, seed, manifest: artifact.manifest }
  await saveRouterArtifact(output, artifact)
  await mkdir(output, { recursive: true })
  await writeFile(join(output, embedderFileName), encodeEmbedder(parameters))
  await writeFile(join(output, pieceTableFileName), encodePieceTable(table))
  await writeFile(join(output, 'DATA_CARD.md'), dataCard(facts))
  return facts
}

function vectorUnits(units: readonly OutcomeUnit[], embedder: BuiltinEmbedder): readonly VectorUnit[] {
  return units.map(({ family, prompts, gains }) =>
    vectorUnit(
      family,
      prompts.map((prompt) => embedder.embedNow(prompt)),
      gains,
    ),
  )
}

function vectorPairs({ pairs }: TrainingRows, embedder: BuiltinEmbedder): readonly VectorPair[] {
  return pairs.map(({ dataset, category, prompt, strongScore, weakScore }) => ({
    group: familyOf(dataset, category) ?? dataset,
    vector: embedder.embedNow(prompt),
    strongScore,
    weakScore,
  }))
}

async function builtinArtifact(
  rows: TrainingRows,
  router: BuiltinRouter,
  embedder: BuiltinEmbedder,
  seed: number,
): Promise<RouterArtifact> {
  const scoring = createMatrixFactorizationRouter({
    name: 'mf',
    weights: router.weights,
    pair: builtinPair,
    embedder,
  })
  const winRates = await scoring.strongWinRates(rows.pool.map(({ prompt }) => ({ text: prompt, system: '' })))
  const newest = Math.max(...rows.files.map(({ modified }) => modified.getTime()))
  return {
    tensors: tensorsOfWeights(router.weights),
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name: 'mf',
      embedder: { id: builtinEmbedderId, dimensions: embedder.dimensions },
      pair: builtinPair,
      models: router.weights.models,
      data: rows.files.flatMap((file) =>
        [...file.used].map(([dataset, count]) => ({
          name: `${file.name}: ${dataset}`,
          sha256: file.sha256,
          licence: permittedDatasets[dataset]!.licence,
          rows: count,
        })),
      ),
      seed,
      options: { recipe: router.recipe },
      metrics: router.metrics,
      calibration: { prompts: winRates.length, winRateQuantiles: evenQuantiles(winRates, quantiles) },
      created: new Date(newest).toISOString(),
    },
  }
}
