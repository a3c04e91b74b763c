import { ArtifactError, ConfigError } from '../../../errors.ts'
import { openCheckpoint } from '../../onnx/checkpoint.ts'
import { labelsOf } from '../../onnx/encoder-graph.ts'
import { resolveEncoder } from '../../onnx/resolve-encoder.ts'
import { createTextEncoder } from '../../onnx/text-encoder.ts'
import type { RouterDependencies, RouterSpecOf } from '../router-kind.ts'
import { readBertRecord } from './record.ts'
import { type BertRouter, createBertRouter } from './router.ts'
import type { bertSettings } from './settings.ts'
import { labelCount } from './win-rate.ts'

/** The checkpoint that upstream publishes: XLM-RoBERTa base, trained on arena battles and GPT-4's judgements. */
export const upstreamBertCheckpoint = 'routellm/bert_gpt4_augmented'

/**
 * A BERT router from a checkpoint folder or hub id. Default: upstream's checkpoint.
 *
 * @throws ConfigError `two-sources`; ArtifactError `not-a-bert-router` if the classifier does not have three labels,
 *   and those of `openCheckpoint`; HubError; MissingPackageError.
 */
export async function loadBertRouter(
  spec: RouterSpecOf<typeof bertSettings>,
  dependencies: RouterDependencies,
): Promise<BertRouter> {
  const { name, artifact, checkpoint, revision, precision } = spec
  if (artifact !== undefined && checkpoint !== undefined)
    throw new ConfigError(
      'two-sources',
      `Router ${name} names an artifact (${artifact}) and a checkpoint (${checkpoint}). Name one of them.`,
      { param: 'checkpoint' },
    )
  const folder = await resolveEncoder(artifact ?? checkpoint ?? upstreamBertCheckpoint, {
    ...dependencies.hub,
    ...(revision !== undefined && { revision }),
  })
  const opened = await openCheckpoint(folder)
  const labels = labelsOf(opened)
  if (labels !== labelCount)
    throw new ArtifactError(
      'not-a-bert-router',
      `${folder} has ${labels === undefined ? 'no classifier' : `a classifier of ${labels} labels`}, and a bert router needs one of ${labelCount}: the strong model wins, a tie, the weak model wins. Train one with: routellm train bert --head --encoder ${folder} --data battles.jsonl --output ./my-bert.`,
    )
  const record = await readBertRecord(folder)
  const classifier = await createTextEncoder(
    opened,
    { kind: 'classification', labels },
    { ...dependencies.inference, ...(precision !== undefined && { precision }) },
  )
  return createBertRouter({
    name,
    classifier,
    ...(record?.winRateQuantiles !== undefined && { winRateQuantiles: record.winRateQuantiles }),
  })
}
