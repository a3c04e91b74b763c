import { basename } from 'node:path'
import type { HubOptions } from '../../../base/files/hub/hub-options.ts'
import { ConfigError, EmbeddingError } from '../../../errors.ts'
import { openCheckpoint } from '../../onnx/checkpoint.ts'
import { type Head, headWidth } from '../../onnx/encoder-graph.ts'
import { commitOf, resolveEncoder } from '../../onnx/resolve-encoder.ts'
import {
  createTextEncoder,
  maxTokensOf,
  type ReadingLimits,
  type TextEncoderOptions,
} from '../../onnx/text-encoder.ts'
import type { ClosableEmbedder } from '../embedder.ts'
import { contentHash } from './content-hash.ts'
import { readSentenceSettings, type SentenceSettings } from './sentence-settings.ts'
import { type OnnxEmbedderSpec, onnxEmbedderId, parseOnnxSpec } from './spec.ts'

export type OnnxEmbedderOptions = {
  readonly hub?: HubOptions
  readonly inference?: Omit<TextEncoderOptions, 'precision'>
}

/**
 * An encoder on this machine as an embedder: BERT, RoBERTa or XLM-RoBERTa in the hub's layout, pooled and normalised as
 * its sentence-transformers files say.
 *
 * Its id names the checkpoint with its commit, or with a hash of a folder's files, and what else its vectors depend on.
 *
 * @param name what follows `onnx:`.
 * @throws ConfigError `unknown-embedder`, `unknown-prompt`, `too-many-layers`,
 *  `bad-token-window`; EmbeddingError `embedder-mismatch` if the files are not
 *   those that the name says; ArtifactError, HubError, MissingPackageError.
 */
export async function loadOnnxEmbedder(
  name: string,
  { hub = {}, inference = {} }: OnnxEmbedderOptions = {},
): Promise<ClosableEmbedder> {
  const spec = parseOnnxSpec(name)
  const folder = await resolveEncoder(spec.place, hub)
  const checkpoint = await openCheckpoint(folder, spec.layers)
  const settings = await readSentenceSettings(folder)
  const { id, prompt } = await identify(spec, folder, settings, () => contentHash(folder, checkpoint))
  const before = prompt === undefined ? '' : (promptsOf(settings)[prompt] ?? '')
  const head: Head = {
    kind: 'embedding',
    pooling: spec.pooling ?? settings.pooling,
    normalise: settings.normalise,
  }
  const pool = await createTextEncoder(
    checkpoint,
    head,
    { ...inference, precision: spec.precision },
    readingLimits(spec, Math.min(settings.maxTokens ?? Number.POSITIVE_INFINITY, maxTokensOf(checkpoint))),
  )
  /** As sentence-transformers prepares a text. */
  const prepared = (text: string) => {
    const whole = `${before}${text}`.trim()
    return settings.lowerCase ? whole.toLowerCase() : whole
  }
  return {
    id,
    dimensions: headWidth(head, checkpoint.encoder),
    async embed(texts, signal) {
      const vectors = await pool.run(texts.map(prepared), signal)
      for (const vector of vectors) if (!vector.every(Number.isFinite)) throw notFinite(id)
      return [...vectors]
    },
    close: () => pool.close(),
  }
}

/** @throws ConfigError `bad-token-window`. */
function readingLimits({ place, window }: OnnxEmbedderSpec, maxTokens: number): ReadingLimits {
  if (window === undefined) return { maxTokens }
  const asked = window.first + window.last
  if (asked <= maxTokens && Math.min(window.first, window.last) >= 4)
    return { maxTokens: asked, lastTokens: window.last }
  throw new ConfigError(
    'bad-token-window',
    `onnx:${place} is asked to read the first ${window.first} and the last ${window.last} tokens of a text. Ask for at least 4 of each end and ${maxTokens} together at most.`,
    { param: '--embedder' },
  )
}

/** The id, and the name of the prompt that is part of it. */
async function identify(
  spec: OnnxEmbedderSpec,
  folder: string,
  settings: SentenceSettings,
  hashContent: () => Promise<string>,
): Promise<{ id: string; prompt: string | undefined }> {
  const { place, content: required, prompt: asked, ...options } = spec
  const prompt = asked ?? settings.defaultPrompt ?? impliedPrompt(place, settings)
  const known = Object.keys(promptsOf(settings))
  if (prompt !== undefined && !known.includes(prompt))
    throw new ConfigError(
      'unknown-prompt',
      `The embedder onnx:${place} has no prompt ${JSON.stringify(prompt)}; it has ${known.join(', ')}.`,
      { param: '--embedder' },
    )
  const described = { ...options, ...(prompt !== undefined && { prompt }) }
  const commit = commitOf(folder)
  if (commit !== undefined && folder !== place)
    return { id: onnxEmbedderId({ place: `${place.split('@')[0]}@${commit}`, ...described }), prompt }
  const content = await hashContent()
  if (required !== undefined && required !== content)
    throw new EmbeddingError(
      'embedder-mismatch',
      `The files in ${place} have the hash ${content}, not ${required}: they are not the model that the router was trained on. Put that model there, or train the router again.`,
      { param: '--embedder' },
    )
  return { id: onnxEmbedderId({ place, content, ...described }), prompt }
}

/** The prompts that E5 models were trained with, for checkpoints without prompts. */
const usualPrompts = { query: 'query: ', passage: 'passage: ' }

function promptsOf({ prompts }: SentenceSettings): Readonly<Record<string, string>> {
  return Object.keys(prompts).length > 0 ? prompts : usualPrompts
}

/**
 * E5 models compare nothing but texts that begin with `query: ` or `passage: `, and their oldest files do not say so.
 */
function impliedPrompt(place: string, { prompts }: SentenceSettings): string | undefined {
  const isE5 = /(^|[-_])e5([-_]|$)/i.test(basename(place.split('@')[0] ?? ''))
  return isE5 && Object.keys(prompts).length === 0 ? 'query' : undefined
}

function notFinite(id: string): EmbeddingError {
  return new EmbeddingError(
    'embedding-not-finite',
    `${id} gave a vector with NaN or infinite numbers. Its weights are broken: download them again.`,
  )
}
