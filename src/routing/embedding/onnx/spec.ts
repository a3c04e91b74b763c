import { ConfigError } from '../../../errors.ts'
import type { Precision } from '../../onnx/text-encoder.ts'

/** What follows `onnx:` in an embedder's name: `<folder or hub id>[@<revision or content>][#int8][,layers=<count>][,prompt=<name>]`. */
export type OnnxEmbedderSpec = {
  /** A folder, or `owner/name[@revision]`. */
  readonly place: string
  /** The required hash of the folder's files, if an artifact's id has one. */
  readonly content?: string
  readonly precision: Precision
  /** The encoder is cut after so many layers, from 1. Absent: it has all of them. */
  readonly layers?: number
  /** Name of what is put before every text. */
  readonly prompt?: string
}

/**
 * How an id names vectors in 8 bits. The number changes when the vectors change, so that a router that was trained on
 * other vectors is refused; the ids of the first scheme had `int8`.
 */
const quantisedName = 'int8v2'

/** @throws ConfigError `unknown-embedder`. */
export function parseOnnxSpec(text: string): OnnxEmbedderSpec {
  const [, whole = '', options] = /^(.*?)(?:#([^#/\\]*))?$/.exec(text) ?? []
  const [, place = '', content] = /^(.*?)(?:@(sha256-[0-9a-f]{16}))?$/.exec(whole) ?? []
  let precision: Precision = 'float32'
  let layers: number | undefined
  let prompt: string | undefined
  for (const option of options?.split(',') ?? []) {
    if (option === 'int8' || option === 'float32') precision = option
    else if (option === quantisedName) precision = 'int8'
    else if (/^layers=[1-9][0-9]{0,2}$/.test(option)) layers = Number(option.slice('layers='.length))
    else if (/^prompt=./.test(option)) prompt = option.slice('prompt='.length)
    else throw unknown(text, `${JSON.stringify(option)} is neither int8 nor layers=<count> nor prompt=<name>`)
  }
  if (place === '') throw unknown(text, 'it names no folder and no hub id')
  return {
    place,
    precision,
    ...(content !== undefined && { content }),
    ...(layers !== undefined && { layers }),
    ...(prompt !== undefined && { prompt }),
  }
}

/** The id that `parseOnnxSpec` reads: equal ids give equal vectors. */
export function onnxEmbedderId({ place, content, precision, layers, prompt }: OnnxEmbedderSpec): string {
  const options = [
    ...(precision === 'int8' ? [quantisedName] : []),
    ...(layers === undefined ? [] : [`layers=${layers}`]),
    ...(prompt === undefined ? [] : [`prompt=${prompt}`]),
  ]
  const revision = content === undefined ? '' : `@${content}`
  return `onnx:${place}${revision}${options.length === 0 ? '' : `#${options.join(',')}`}`
}

function unknown(text: string, why: string): ConfigError {
  return new ConfigError(
    'unknown-embedder',
    `The embedder onnx:${text} cannot be read: ${why}. Write onnx:<folder or hub id>, optionally followed by #int8, #layers=4 or #prompt=query, or by several with a comma: #int8,layers=4.`,
    { param: '--embedder' },
  )
}
