import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSafetensors } from '../../../base/artifact/safetensors.ts'
import { saveFolder, writeFlushed } from '../../../base/files/save-folder.ts'
import { findFile } from '../../../routing/onnx/checkpoint-file.ts'
import { weightsFile } from '../../../routing/onnx/checkpoint-tensors.ts'
import { prefixOf, tensorUses } from '../../../routing/onnx/encoder-graph.ts'
import { bytesOf, storedPieces, type TensorPart, writeTensors } from '../../../routing/onnx/write-tensors.ts'
import { bertRecordFile, bertTrainedPromptsFile } from '../../../routing/routers/bert/record.ts'
import { labelCount } from '../../../routing/routers/bert/win-rate.ts'
import { tensorsOfTrainedPrompts } from '../../../routing/routers/trained-prompts/tensors.ts'
import type { TrainedBertHead } from './train.ts'

const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'sentencepiece.bpe.model',
]
const configFile = 'config.json'
const labels = ['strong_wins', 'tie', 'weak_wins']

/**
 * Writes an encoder with a trained head as a checkpoint in the hub's layout, which the `bert` router and transformers'
 * `AutoModelForSequenceClassification` both read: config.json, model.safetensors, the tokenizer's files, and
 * routellm.json with the record of the run,
 * and trained-prompts.safetensors, by which the labels of the training are recognised. The folder is replaced as a whole or not at all; the same head gives the
 * same bytes.
 *
 * @param folder need not exist. One that exists must be empty or hold a routellm.json.
 * @throws ArtifactError `not-an-artifact` for any other folder; `signal.reason` if the signal aborts before the
 *   checkpoint is in place.
 */
export async function saveBertCheckpoint(
  folder: string,
  trained: TrainedBertHead,
  signal?: AbortSignal,
): Promise<void> {
  const { encoder: checkpoint, record, trainedPrompts } = trained
  const { encoder, config, source } = checkpoint
  const text = (value: object) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
  const { num_labels: _labels, ...rest } = config
  const written = {
    ...rest,
    architectures: [encoder.classifierClass],
    id2label: Object.fromEntries(labels.map((label, index) => [index, label])),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    problem_type: 'single_label_classification',
  }
  const content = {
    mark: bertRecordFile,
    files: [bertRecordFile, bertTrainedPromptsFile, configFile, weightsFile, ...tokenizerFiles],
    async write(place: string) {
      for (const name of tokenizerFiles) {
        const file = await findFile(source, name)
        if (file !== undefined) await copyFile(file.path, join(place, name))
      }
      await writeTensors(join(place, weightsFile), partsOf(trained), { format: 'pt' }, signal)
      await writeFlushed(join(place, configFile), text(written))
      await writeFlushed(
        join(place, bertTrainedPromptsFile),
        encodeSafetensors(new Map(tensorsOfTrainedPrompts(trainedPrompts))),
      )
      await writeFlushed(join(place, bertRecordFile), text(record))
    },
  }
  await saveFolder(folder, content, signal)
}

/** The encoder's tensors as they are stored, named as a model with a classifier names them, then the head's. */
function partsOf({ encoder: checkpoint, head }: TrainedBertHead): TensorPart[] {
  const { encoder, tensors } = checkpoint
  const { size } = encoder
  const found = prefixOf(encoder, tensors.tensors)
  const [prefix = ''] = encoder.prefixes
  const layers = encoder.classifierLayers(prefix)
  const bare = { kind: 'embedding', pooling: 'cls', normalise: false } as const
  return [
    ...tensorUses(encoder, tensors, bare).map(({ tensor }) => ({
      name: `${prefix}${tensor.name.slice(found.length)}`,
      dtype: tensor.dtype,
      shape: tensor.shape,
      pieces: () => storedPieces(tensor, tensors),
    })),
    numbersOf(`${layers.hidden}.weight`, [size, size], head.hidden),
    numbersOf(`${layers.hidden}.bias`, [size], head.hiddenBias),
    numbersOf(`${layers.output}.weight`, [labelCount, size], head.output),
    numbersOf(`${layers.output}.bias`, [labelCount], head.outputBias),
  ]
}

function numbersOf(name: string, shape: readonly number[], values: Float64Array): TensorPart {
  return {
    name,
    dtype: 'F32',
    shape,
    async *pieces() {
      yield bytesOf(Float32Array.from(values))
    },
  }
}
