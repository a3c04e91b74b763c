import { basename, resolve } from 'node:path'
import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import { saveBertCheckpoint } from '../../learning/training/bert/save-checkpoint.ts'
import { trainBertHead } from '../../learning/training/bert/train.ts'
import { resolveEncoder } from '../../routing/onnx/resolve-encoder.ts'
import { bertRecordFile } from '../../routing/routers/bert/record.ts'
import type { JobContext } from '../job.ts'
import { openTrainingFiles } from './open-files.ts'
import { checkOutputFolder } from './output-folder.ts'
import type { TrainPayloadOf } from './payload.ts'
import { reportTraining, type TrainResult } from './result.ts'

/** Trains a head on a frozen encoder and writes both as a checkpoint. */
export async function trainBertCheckpoint(
  payload: TrainPayloadOf<'bert'>,
  context: JobContext,
): Promise<TrainResult> {
  const { folder, cacheFolder, dependencies } = context.workspace
  const {
    data,
    encoder,
    revision,
    head,
    precision,
    licence,
    kind: _kind,
    ...options
  } = omitUndefined(payload)
  const output = resolve(folder, payload.output)
  await checkOutputFolder(output, bertRecordFile)
  const trained = await trainBertHead({
    ...options,
    ...(head !== undefined && { kind: head }),
    name: basename(output),
    data: await openTrainingFiles(data, licence, context),
    encoder: await resolveEncoder(/^\.{0,2}\//.test(encoder) ? resolve(folder, encoder) : encoder, {
      ...dependencies.hub,
      ...(revision !== undefined && { revision }),
    }),
    inference: omitUndefined({ precision, cacheFolder }),
    signal: context.signal,
    onProgress: reportTraining(context, 'encoding'),
  })
  await saveBertCheckpoint(output, trained, context.signal)
  const { name, pair, metrics, data: sources, calibrationPrompts } = trained.record
  return {
    output,
    kind: 'bert',
    router: name,
    pair,
    metrics,
    rows: sources.reduce((sum, source) => sum + source.rows, 0),
    calibrationPrompts,
    findings: [],
    warnings: trained.warnings,
  }
}
