import { basename, resolve } from 'node:path'
import { manifestFile } from '../../base/artifact/folder.ts'
import { loadRouterArtifact } from '../../base/artifact/load.ts'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import type { FewLabelTraining } from '../../learning/training/few_label/few-label-training.ts'
import { lossCurveSvg } from '../../learning/training/loss-curve.ts'
import type { TrainedRouter } from '../../learning/training/trained-router.ts'
import type { TrainingData } from '../../learning/training/training-data.ts'
import { type Embedder, isClosableEmbedder } from '../../routing/embedding/embedder.ts'
import type { JobContext } from '../job.ts'
import { openEmbedder } from '../workspace.ts'
import { openTrainingFiles } from './open-files.ts'
import { checkOutputFolder } from './output-folder.ts'
import type { TrainPayload, TrainPayloadOf } from './payload.ts'
import { reportTraining, type TrainResult } from './result.ts'

type ArtifactPayload = Exclude<TrainPayload, { readonly kind: 'bert' }>

/** Checks the folder, trains, and writes the artifact. */
export async function trainArtifact(payload: ArtifactPayload, context: JobContext): Promise<TrainResult> {
  const output = resolve(context.workspace.folder, payload.output)
  await checkOutputFolder(output, manifestFile)
  const embedders = createEmbedders(context)
  try {
    const trained = await train(payload, basename(output), embedders, context)
    const { artifact, warnings, findings = [], lossCurve, learningCurve } = trained
    const pictures = lossCurve === undefined ? [] : ([['loss.svg', lossCurveSvg(lossCurve)]] as const)
    await saveRouterArtifact(output, artifact, new Map(pictures), context.signal)
    const { kind, name, pair, models, metrics, data, calibration } = artifact.manifest
    return {
      output,
      kind,
      router: name,
      pair,
      ...(payload.kind === 'few_label' && payload.models !== undefined && { models }),
      metrics,
      rows: data.reduce((sum, source) => sum + source.rows, 0),
      calibrationPrompts: calibration?.prompts ?? null,
      findings,
      warnings,
      ...(lossCurve !== undefined && { lossCurve }),
      ...(learningCurve !== undefined && { learningCurve }),
    }
  } finally {
    await embedders.close()
  }
}

async function train(
  payload: ArtifactPayload,
  name: string,
  embedders: Embedders,
  context: JobContext,
): Promise<TrainedRouter> {
  const common = { name, signal: context.signal, onProgress: reportTraining(context) }
  const openData = (files: readonly string[]) => openTrainingFiles(files, payload.licence, context)
  if (payload.kind === 'few_label') return trainLabels(payload, common, openData, embedders)
  if (payload.kind === 'cascade') return trainAnswers(payload, common, openData, embedders)
  const inputs = {
    ...common,
    data: await openData(payload.data),
    embedder: await embedders.open(payload.embedder),
  }
  switch (payload.kind) {
    case 'mf': {
      const { trainMatrixFactorization } = await import('../../learning/training/mf/train.ts')
      const reference = payload.mode === 'reference' ? referenceSettings : {}
      return trainMatrixFactorization({ ...reference, ...omitUndefined(payload), ...inputs })
    }
    case 'sw_ranking': {
      const { trainSimilarityWeighted } = await import('../../learning/training/sw_ranking/train.ts')
      return trainSimilarityWeighted({ ...omitUndefined(payload), ...inputs })
    }
    case 'knn': {
      const { trainNearestNeighbours } = await import('../../learning/training/knn/train.ts')
      return trainNearestNeighbours({ ...omitUndefined(payload), ...inputs })
    }
    case 'cluster': {
      const { trainCluster } = await import('../../learning/training/cluster/train.ts')
      const { join, ...options } = omitUndefined(payload)
      return trainCluster({
        ...options,
        ...inputs,
        ...(join !== undefined && {
          join: await loadRouterArtifact(resolve(context.workspace.folder, join)),
        }),
      })
    }
  }
}

/** The settings of upstream's `train_matrix_factorization.py`. */
const referenceSettings = { epochs: 100, ties: 'drop', validationFraction: 0.05 } as const

type Common = {
  readonly name: string
  readonly signal: AbortSignal
  readonly onProgress: ReturnType<typeof reportTraining>
}

type OpenData = (files: readonly string[]) => Promise<readonly TrainingData[]>

/** What training on labels begins with: the files, and the built-in router with its embedder. */
async function openLabels(
  {
    labels,
    prompts,
    strongModel,
    weakModel,
    seed,
  }: Pick<TrainPayloadOf<'cascade'>, 'labels' | 'prompts' | 'strongModel' | 'weakModel' | 'seed'>,
  common: Common,
  openData: OpenData,
  embedders: Embedders,
): Promise<FewLabelTraining> {
  const { loadPriorRouter } = await import('../../learning/training/few_label/prior.ts')
  const prior = await loadPriorRouter()
  return {
    ...common,
    ...omitUndefined({ strongModel, weakModel }),
    seed,
    labels: await openData(labels),
    prompts: await openData(prompts ?? []),
    prior,
    embedder: await embedders.open(prior.embedderId),
  }
}

async function trainLabels(
  payload: TrainPayloadOf<'few_label'>,
  common: Common,
  openData: OpenData,
  embedders: Embedders,
): Promise<TrainedRouter> {
  const { models, embedder } = payload
  const options: FewLabelTraining = {
    ...(await openLabels(payload, common, openData, embedders)),
    ...(embedder !== undefined && { other: await embedders.open(embedder) }),
  }
  if (models === undefined) {
    const { trainFewLabel } = await import('../../learning/training/few_label/train.ts')
    return trainFewLabel(options)
  }
  const { trainFewLabelModels } = await import('../../learning/training/few_label/models/train.ts')
  return trainFewLabelModels({ ...options, models })
}

async function trainAnswers(
  payload: TrainPayloadOf<'cascade'>,
  common: Common,
  openData: OpenData,
  embedders: Embedders,
): Promise<TrainedRouter> {
  const { trainCascade } = await import('../../learning/training/cascade/train.ts')
  return trainCascade(await openLabels(payload, common, openData, embedders))
}

/** The embedders that a job opened; all are closed when it is over. */
type Embedders = {
  open(name: string): Promise<Embedder>
  close(): Promise<void>
}

function createEmbedders({ workspace }: JobContext): Embedders {
  const opened: Embedder[] = []
  return {
    async open(name) {
      const embedder = await openEmbedder(name, workspace)
      opened.push(embedder)
      return embedder
    },
    async close() {
      await Promise.all(opened.filter(isClosableEmbedder).map((embedder) => embedder.close()))
    },
  }
}
