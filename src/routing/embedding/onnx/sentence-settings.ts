import { join } from 'node:path'
import { z } from 'zod'
import { ArtifactError } from '../../../errors.ts'
import { readJsonFile } from '../../onnx/json-file.ts'
import type { Pooling } from '../../onnx/layers/pooling.ts'

/** How sentence-transformers makes a text's vector of an encoder. */
export type SentenceSettings = {
  readonly pooling: Pooling
  readonly normalise: boolean
  /** The maximum tokens of a text, if the checkpoint states it. */
  readonly maxTokens?: number
  readonly lowerCase: boolean
  /** Prompts that may precede a text, by name. */
  readonly prompts: Readonly<Record<string, string>>
  /** Name of the default prompt. */
  readonly defaultPrompt?: string
}

const maxBytes = 1_000_000

const modulesSchema = z.array(z.object({ type: z.string(), path: z.string().default('') })).min(1)
const poolingSchema = z.record(z.string(), z.unknown())
const transformerSchema = z.object({
  max_seq_length: z.int().min(1).nullish(),
  do_lower_case: z.boolean().nullish(),
})
const promptsSchema = z.object({
  prompts: z.record(z.string(), z.string().max(10_000)).nullish(),
  default_prompt_name: z.string().nullish(),
})

/**
 * The settings of a checkpoint folder: `modules.json` with `1_Pooling/config.json`, `sentence_bert_config.json`, and
 * `config_sentence_transformers.json`. A folder without modules.json is a bare encoder: mean pooling, normalised.
 *
 * @throws ArtifactError `unsupported-model` for a kind of pooling or a module that is not built in, by its name;
 *   `checkpoint-invalid`.
 */
export async function readSentenceSettings(folder: string): Promise<SentenceSettings> {
  const modules = await readJsonFile(folder, 'modules.json', maxBytes, modulesSchema)
  const transformer = await readJsonFile(folder, 'sentence_bert_config.json', maxBytes, transformerSchema)
  const prompts = await readJsonFile(folder, 'config_sentence_transformers.json', maxBytes, promptsSchema)
  return {
    ...(modules === undefined ? bareEncoder : await settingsOfModules(folder, modules)),
    ...(typeof transformer?.max_seq_length === 'number' && { maxTokens: transformer.max_seq_length }),
    lowerCase: transformer?.do_lower_case ?? false,
    prompts: prompts?.prompts ?? {},
    ...(typeof prompts?.default_prompt_name === 'string' && { defaultPrompt: prompts.default_prompt_name }),
  }
}

const bareEncoder = { pooling: 'mean', normalise: true } as const

async function settingsOfModules(
  folder: string,
  modules: z.output<typeof modulesSchema>,
): Promise<Pick<SentenceSettings, 'pooling' | 'normalise'>> {
  const place = join(folder, 'modules.json')
  const kinds = modules.map(({ type }) => type.split('.').at(-1) ?? type)
  const [transformer, pooling, ...rest] = kinds
  if (
    transformer !== 'Transformer' ||
    pooling !== 'Pooling' ||
    rest.join() !== (rest.length > 0 ? 'Normalize' : '')
  )
    throw new ArtifactError(
      'unsupported-model',
      `${place} lists the modules ${kinds.join(', ')}; Transformer, Pooling and Normalize, in this order, are supported. Choose a model without others.`,
    )
  const [encoderPath, poolingPath = ''] = modules.map(({ path }) => path)
  if (encoderPath !== '' || poolingPath !== '1_Pooling')
    throw new ArtifactError(
      'unsupported-model',
      `${place} puts its modules into ${JSON.stringify(encoderPath)} and ${JSON.stringify(poolingPath)}; "" and "1_Pooling" are supported.`,
    )
  return { pooling: await readPooling(folder), normalise: rest.length > 0 }
}

/** The flags of `1_Pooling/config.json` → what is built in. */
const poolings: Readonly<Record<string, Pooling>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_sqrt_len_tokens: 'mean-sqrt-length',
}

async function readPooling(folder: string): Promise<Pooling> {
  const name = '1_Pooling/config.json'
  const place = join(folder, name)
  const config = await readJsonFile(folder, name, maxBytes, poolingSchema)
  if (config === undefined)
    throw new ArtifactError(
      'checkpoint-invalid',
      `${place} is missing, and modules.json names it. Download it again.`,
    )
  const on = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true)
  // Newer releases write one word instead of the flags.
  if (typeof config.pooling_mode === 'string') on.push(wordFlags[config.pooling_mode] ?? config.pooling_mode)
  const [flag = 'no pooling mode', ...others] = on
  const pooling = others.length === 0 ? poolings[flag] : undefined
  if (pooling !== undefined) return pooling
  throw new ArtifactError(
    'unsupported-model',
    `${place} asks for ${[flag, ...others].join(' and ')}; one of ${Object.keys(poolings).join(', ')} is supported.`,
  )
}

const wordFlags: Readonly<Record<string, string>> = {
  cls: 'pooling_mode_cls_token',
  mean: 'pooling_mode_mean_tokens',
  max: 'pooling_mode_max_tokens',
  mean_sqrt_len_tokens: 'pooling_mode_mean_sqrt_len_tokens',
}
