import { mkdir, writeFile } from 'node:fs/promises'
import { join as path } from 'node:path'
import { builtinArtifactFolder } from '../../src/base/artifact/builtin-folder.ts'
import type { RouterArtifact } from '../../src/base/artifact/router-artifact.ts'
import { saveRouterArtifact } from '../../src/base/artifact/save.ts'
import { dot } from '../../src/base/math/linear/vectors.ts'
import { createRandom } from '../../src/base/math/random.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { evenQuantiles } from '../../src/base/math/statistics/quantile.ts'
import { rocArea } from '../../src/base/math/statistics/roc-area.ts'
import { askedFileName, encodeAsked } from '../../src/routing/embedding/builtin/asked/asked-file.ts'
import { gateOf } from '../../src/routing/embedding/builtin/asked/difficulty.ts'
import { type BuiltinEmbedder, createBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import { embedderFileName, encodeEmbedder } from '../../src/routing/embedding/builtin/embedder-file.ts'
import { builtinEmbedderId } from '../../src/routing/embedding/builtin/parameters.ts'
import { createPieceVectors } from '../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import {
  encodePieceTable,
  pieceTableFileName,
  readPieceTable,
} from '../../src/routing/embedding/builtin/pieces/table-file.ts'
import { type MatrixFactorizationWeights, tensorsOfWeights } from '../../src/routing/routers/mf/weights.ts'
import { leftOutScores } from '../everyday/asked/left-out.ts'
import { drawExams, readTiers } from '../everyday/asked/rows.ts'
import { asParameters, fitExamination, fitNeed, readExamples } from '../everyday/asked/train-asked.ts'
import { type EverydayPrompt, readEverydayCorpus } from '../everyday/corpus.ts'
import { familyOf, type OutcomeUnit, outcomeUnits } from './data/outcome-units.ts'
import { permittedDatasets } from './data/permitted-data.ts'
import { readTrainingRows, type TrainingRows } from './data/training-rows.ts'
import { type CardFacts, dataCard } from './data-card.ts'
import { trainBuiltinEmbedder } from './embedder-training.ts'
import { fitJoin, type Join } from './join.ts'
import { measureNeighbours } from './neighbour-check.ts'
import { recipes as allRecipes, type Recipe, type VectorUnit, vectorUnit } from './recipes.ts'
import {
  type BuiltinRouter,
  builtinPair,
  joinedWeights,
  trainBuiltinRouter,
  type VectorPair,
} from './router-training.ts'

export type TrainBuiltinOptions = {
  /** Folder of the training files. */
  readonly data: string
  /** Folder to write `embedder.safetensors`, `asked.safetensors`, `pieces.safetensors`, `router.json`, `weights.safetensors` and `DATA_CARD.md` to. */
  readonly output: string
  /** Folder of the table that recipes/pieces/make-table.mjs wrote. Default: the package's own. */
  readonly pieces?: string
  /** Everyday prompts with the side that they need. Default: the project's corpus. */
  readonly everyday?: readonly EverydayPrompt[]
  /** everyday_tiers.jsonl.gz. Default: none of its prompts. */
  readonly tiers?: string
  /** [pieces] clusters of word pieces. Default: found in the prompts, which takes seconds. */
  readonly clusters?: Uint8Array
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
  onStage('learning from everyday prompts what is asked')
  const everyday = {
    corpus: options.everyday ?? (await readEverydayCorpus()),
    tiers: options.tiers === undefined ? [] : await readTiers(options.tiers),
    exams: drawExams(rows.outcomes, createRandom(seed)),
  }
  const examples = readExamples(everyday, table, vectors, seed, options.clusters)
  const need = fitNeed(examples, seed)
  const examination = fitExamination(examples, seed)
  const leftOut = leftOutScores(examples, seed)
  const alone = createBuiltinEmbedder(parameters, vectors, asParameters(examples.clusters, need, examination))
  const units = outcomeUnits(rows.outcomes)
  onStage(`choosing and fitting the router on ${units.length} data sets`)
  const router = trainBuiltinRouter(recipes, vectorUnits(units, alone), vectorPairs(rows, alone), seed)
  const exams = everyday.corpus.map(({ prompt }) => dot(router.direction, alone.embedNow(prompt)))
  const join = fitJoin(
    everyday.corpus.map(({ needs }, index) => ({
      exam: exams[index]!,
      need: leftOut.need[index]!,
      isStrong: needs === 'strong',
    })),
  )
  const asked = asParameters(examples.clusters, need, examination, join.offset / join.slope)
  const winRates = exams.map((exam, index) =>
    sigmoid(exam + gateOf(leftOut.examination[index]!) * (join.slope * leftOut.need[index]! + join.offset)),
  )
  const artifact = builtinArtifact(rows, router, {
    weights: joinedWeights(router.direction, join.slope),
    embedder: createBuiltinEmbedder(parameters, vectors, asked),
    winRates,
    join,
    seed,
  })
  const isStrong = everyday.corpus.map(({ needs }) => needs === 'strong')
  const everydayFacts = {
    corpus: everyday.corpus.length,
    tiers: everyday.tiers.length,
    exams: everyday.exams.length,
    leftOutArea: rocArea(leftOut.need, isStrong)?.area ?? Number.NaN,
    join,
  }
  onStage('writing the artifact')
  const facts: CardFacts = {
    rows,
    units,
    router,
    neighbours,
    parameters,
    seed,
    manifest: artifact.manifest,
    everyday: everydayFacts,
  }
  await saveRouterArtifact(output, artifact)
  await mkdir(output, { recursive: true })
  await writeFile(path(output, embedderFileName), encodeEmbedder(parameters))
  await writeFile(path(output, askedFileName), encodeAsked(asked))
  await writeFile(path(output, pieceTableFileName), encodePieceTable(table))
  await writeFile(path(output, 'DATA_CARD.md'), dataCard(facts))
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

type JoinedRouter = {
  readonly weights: MatrixFactorizationWeights
  readonly embedder: BuiltinEmbedder
  /** Of everyday prompts, each by fits that did not see it. */
  readonly winRates: readonly number[]
  readonly join: Join
  readonly seed: number
}

function builtinArtifact(
  rows: TrainingRows,
  router: BuiltinRouter,
  { weights, embedder, winRates, join, seed }: JoinedRouter,
): RouterArtifact {
  const newest = Math.max(...rows.files.map(({ modified }) => modified.getTime()))
  return {
    tensors: tensorsOfWeights(weights),
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name: 'mf',
      embedder: { id: builtinEmbedderId, dimensions: embedder.dimensions },
      pair: builtinPair,
      models: weights.models,
      data: rows.files.flatMap((file) =>
        [...file.used].map(([dataset, count]) => ({
          name: `${file.name}: ${dataset}`,
          sha256: file.sha256,
          licence: permittedDatasets[dataset]!.licence,
          rows: count,
        })),
      ),
      seed,
      options: { recipe: router.recipe, whatIsAsked: `slope ${join.slope.toFixed(3)}` },
      metrics: router.metrics,
      calibration: { prompts: winRates.length, winRateQuantiles: evenQuantiles(winRates, quantiles) },
      created: new Date(newest).toISOString(),
    },
  }
}
