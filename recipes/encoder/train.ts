import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RouterArtifact } from '../../src/base/artifact/router-artifact.ts'
import { saveRouterArtifact } from '../../src/base/artifact/save.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { evenQuantiles } from '../../src/base/math/statistics/quantile.ts'
import { loadOnnxEmbedder } from '../../src/routing/embedding/onnx/embedder.ts'
import { tensorsOfProbes } from '../../src/routing/embedding/probes.ts'
import { type MatrixFactorizationWeights, tensorsOfWeights } from '../../src/routing/routers/mf/weights.ts'
import { type EverydayPrompt, readEverydayCorpus } from '../everyday/corpus.ts'
import { type EncoderFacts, encoderCard } from './card.ts'
import { fitSlope } from './logistic.ts'
import { areaOf, fitOn, type LabelledVector, leftOutLanguages, leftOutScores } from './measure.ts'
import { probesOf } from './probes.ts'
import { vectorsOf } from './vectors.ts'

/** The published model, at the commit whose files were looked at last. */
const publishedModel = 'intfloat/multilingual-e5-small@fd1525a9fd15316a2d503bf26ab031a61d056e98'
/** What is computed of it. */
const options = 'layers=7,pool=ends,tokens=60+36,prompt=query'
/** The penalty of the fit; chosen by the left-out prompts and languages of the corpus, as was what is computed. */
const l2 = 200
const quantiles = 201
/** When the newest part of the corpus was written. */
const created = '2026-11-29T00:00:00.000Z'

export type TrainEncoderOptions = {
  /** Folder of the encoder. */
  readonly model: string
  /** Folder to write `router.json`, `weights.safetensors` and `DATA_CARD.md` to. */
  readonly output: string
  readonly seed: number
  /** A file that keeps vectors between runs. */
  readonly cache?: string
  readonly onStage?: (stage: string) => void
}

/** Trains the router for an encoder's vectors that ships. */
export async function trainEncoderRouter(settings: TrainEncoderOptions): Promise<EncoderFacts> {
  const { model, output, seed, cache, onStage = () => {} } = settings
  const prompts = await readEverydayCorpus()
  onStage(`computing the vectors of ${prompts.length} prompts`)
  const embedder = await loadOnnxEmbedder(`${model}#${options}`, { inference: { computeThreads: 1 } })
  try {
    const report = (done: number) => {
      if (done % 1024 === 0) onStage(`${done} prompts`)
    }
    const vectors = await vectorsOf(
      prompts.map(({ prompt }) => prompt),
      embedder,
      cache,
      report,
    )
    const rows = labelled(prompts, vectors)
    onStage('fitting without each fold')
    const scores = leftOutScores(rows, l2, seed)
    const slope = fitSlope(
      scores,
      rows.map(({ label }) => label),
    )
    onStage('fitting without each language')
    const facts: EncoderFacts = {
      rows: rows.length,
      embedder: embedder.id,
      folds: areaOf(rows, scores),
      languages: leftOutLanguages(rows, l2),
      slope,
      sha256: await corpusHash(),
      l2,
      options,
      model: publishedModel,
      seed,
      winRateQuantiles: evenQuantiles(
        scores.map((score) => sigmoid(slope * score)),
        quantiles,
      ),
    }
    onStage('fitting on all')
    const direction = fitOn(rows, l2).map((weight) => weight * slope)
    const probes = probesOf(prompts)
    const probeVectors = await embedder.embed(probes)
    await saveRouterArtifact(output, artifactOf(direction, { probes, probeVectors }, facts))
    await mkdir(output, { recursive: true })
    await writeFile(join(output, 'DATA_CARD.md'), encoderCard(facts))
    return facts
  } finally {
    await embedder.close()
  }
}

function labelled(
  prompts: readonly EverydayPrompt[],
  vectors: readonly Float32Array[],
): readonly LabelledVector[] {
  return prompts.map(({ needs, language }, row) => ({
    vector: vectors[row]!,
    label: needs === 'strong' ? 1 : 0,
    language,
  }))
}

function artifactOf(
  direction: Float64Array,
  { probes, probeVectors }: { probes: readonly string[]; probeVectors: readonly Float32Array[] },
  facts: EncoderFacts,
): RouterArtifact {
  const weights = asMatrixFactorization(direction)
  return {
    tensors: new Map([...tensorsOfWeights(weights), ...tensorsOfProbes(probeVectors)]),
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name: 'encoder',
      embedder: {
        id: `onnx:${facts.model}#int8v2,${facts.options}`,
        dimensions: weights.textDimensions,
        probes,
      },
      pair: { strong: 'strong', weak: 'weak' },
      models: weights.models,
      data: [
        {
          name: 'recipes/everyday/corpus',
          sha256: facts.sha256,
          licence: 'that of this project',
          rows: facts.rows,
        },
      ],
      seed: facts.seed,
      options: { l2: facts.l2 },
      metrics: {
        leftOutAuc: facts.folds.area,
        leftOutAucError: facts.folds.standardError,
        leftOutLanguageAucLeast: Math.min(...[...facts.languages.values()].map(({ area }) => area)),
      },
      calibration: { prompts: facts.rows, winRateQuantiles: facts.winRateQuantiles },
      created,
    },
  }
}

/** With one dimension and rows 1 and −1, the log-odds are (1 − (−1)) · 1 · W₁x: so W₁ is half the direction. */
function asMatrixFactorization(direction: Float64Array): MatrixFactorizationWeights {
  return {
    models: ['strong', 'weak'],
    modelEmbeddings: Float32Array.of(1, -1),
    projection: Float32Array.from(direction, (weight) => weight / 2),
    classifier: Float32Array.of(1),
    dimensions: 1,
    textDimensions: direction.length,
  }
}

/** SHA-256 of the corpus's files after each other. */
async function corpusHash(): Promise<string> {
  const folder = fileURLToPath(new URL('../everyday/corpus/', import.meta.url))
  const hash = createHash('sha256')
  for (const file of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, file)))
  return hash.digest('hex')
}
