import { encodeByteProduct } from './byte-product.ts'
import type { Checkpoint } from './checkpoint.ts'
import { encodeEncoderGraph, type Head } from './encoder-graph.ts'
import { createInferencePool, type InferenceOptions, type InferencePool } from './inference/pool.ts'
import { findInferencePackages } from './inference/runtime-packages.ts'
import { createStoredParameters } from './layers/parameters.ts'
import { createQuantisedParameters } from './layers/quantised-parameters.ts'
import { openQuantisedTensors } from './quantised-checkpoint.ts'

/** What is computed with: the checkpoint's weights in float32, or in 8-bit whole numbers. */
export type Precision = 'float32' | 'int8'

export type TextEncoderOptions = InferenceOptions & {
  readonly precision?: Precision
  /** Where quantised weights are kept; `~/.cache/routellm` by default. */
  readonly cacheFolder?: string
}

export type ReadingLimits = {
  /** Tokens at most, special ones included. Default: `maxTokensOf(checkpoint)`, which is the greatest number. */
  readonly maxTokens?: number
  /** How many of them are from the end of the text. Default: none. */
  readonly lastTokens?: number
}

/** Tokens of a text at most, special ones included: what model and tokenizer both allow. */
export function maxTokensOf({ encoder, tokenizer }: Checkpoint): number {
  return Math.min(encoder.maxTokens, tokenizer.maxTokens ?? encoder.maxTokens)
}

/**
 * A checkpoint's encoder with a head, loaded in worker threads.
 *
 * @param reading how much of a longer text is read.
 * @throws MissingPackageError if onnxruntime-node or @huggingface/tokenizers is not installed; ArtifactError
 *   `checkpoint-unfit` or `tokenizer-invalid`.
 */
export async function createTextEncoder(
  checkpoint: Checkpoint,
  head: Head,
  options: TextEncoderOptions = {},
  { maxTokens = maxTokensOf(checkpoint), lastTokens }: ReadingLimits = {},
): Promise<InferencePool> {
  const packages = findInferencePackages()
  const { encoder, tokenizer, source } = checkpoint
  const isQuantised = options.precision === 'int8'
  const tensors = isQuantised
    ? await openQuantisedTensors(checkpoint, head, options.cacheFolder)
    : checkpoint.tensors
  return createInferencePool(
    {
      ...packages,
      model: encodeEncoderGraph(
        encoder,
        tensors,
        head,
        isQuantised ? createQuantisedParameters : createStoredParameters,
      ),
      folder: tensors.folder,
      ...(isQuantised && { byteProduct: encodeByteProduct() }),
      tokenizerPath: tokenizer.path,
      ...(tokenizer.configPath !== undefined && { tokenizerConfigPath: tokenizer.configPath }),
      maxTokens: Math.min(maxTokens, maxTokensOf(checkpoint)),
      ...(lastTokens !== undefined && { lastTokens }),
      vocabulary: encoder.vocabulary,
      padToken: encoder.padToken,
    },
    source,
    options,
  )
}
