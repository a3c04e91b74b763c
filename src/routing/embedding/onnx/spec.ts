import { ConfigError } from '../../../errors.ts'
import type { Precision } from '../../onnx/text-encoder.ts'

/**
 * What follows `onnx:` in an embedder's name: `<folder or hub id>[@<revision or content>]`, then after a `#`, with commas
 * between: `int8`, `layers=<count>`, `pool=ends`, `tokens=<first>+<last>`, `prompt=<name>`.
 */
export type OnnxEmbedderSpec = {
  /** A folder, or `owner/name[@revision]`. */
  readonly place: string
  /** The required hash of the folder's files, if an artifact's id has one. */
  readonly content?: string
  readonly precision: Precision
  /** The encoder is cut after so many layers, from 1. Absent: it has all of them. */
  readonly layers?: number
  /** How tokens are pooled. Absent: as the checkpoint says. */
  readonly pooling?: 'ends'
  /** Of a text with more tokens, the first and the last so many are read, special ones included. Absent: the first. */
  readonly window?: TokenWindow
  /** Name of what is put before every text. */
  readonly prompt?: string
}

export type TokenWindow = { readonly first: number; readonly last: number }

/**
 * How an id names vectors in 8 bits. The number changes when the vectors change, so that a router that was trained on
 * other vectors is refused; the ids of the first scheme had `int8`.
 */
const quantisedName = 'int8v2'

/** @throws ConfigError `unknown-embedder`. */
export function parseOnnxSpec(text: string): OnnxEmbedderSpec {
  const [, whole = '', options] = /^(.*?)(?:#([^#/\\]*))?$/.exec(text) ?? []
  const [, place = '', content] = /^(.*?)(?:@(sha256-[0-9a-f]{16}))?$/.exec(whole) ?? []
  let spec: OnnxEmbedderSpec = { place, precision: 'float32', ...(content !== undefined && { content }) }
  for (const option of options?.split(',') ?? []) {
    const read = readOption(option)
    if (read === undefined)
      throw unknown(
        text,
        `${JSON.stringify(option)} is none of int8, layers=<count>, pool=ends, tokens=<first>+<last> and prompt=<name>`,
      )
    spec = { ...spec, ...read }
  }
  if (place === '') throw unknown(text, 'it names no folder and no hub id')
  return spec
}

function readOption(option: string): Partial<OnnxEmbedderSpec> | undefined {
  if (option === 'int8' || option === quantisedName) return { precision: 'int8' }
  if (option === 'float32') return { precision: 'float32' }
  if (option === 'pool=ends') return { pooling: 'ends' }
  const [, name, first = '', last = ''] =
    /^(layers|tokens)=([1-9][0-9]{0,3})(?:\+([1-9][0-9]{0,3}))?$/.exec(option) ?? []
  if (name === 'layers' && last === '') return { layers: Number(first) }
  if (name === 'tokens' && last !== '') return { window: { first: Number(first), last: Number(last) } }
  return /^prompt=./.test(option) ? { prompt: option.slice('prompt='.length) } : undefined
}

/** The id that `parseOnnxSpec` reads: equal ids give equal vectors. */
export function onnxEmbedderId(spec: OnnxEmbedderSpec): string {
  const { place, content, precision, layers, pooling, window, prompt } = spec
  const options = [
    ...(precision === 'int8' ? [quantisedName] : []),
    ...(layers === undefined ? [] : [`layers=${layers}`]),
    ...(pooling === undefined ? [] : [`pool=${pooling}`]),
    ...(window === undefined ? [] : [`tokens=${window.first}+${window.last}`]),
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
