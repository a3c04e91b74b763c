import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Of, float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { quantizeRows, type RowPrecision, type Rows } from '../../../base/math/similarity/rows.ts'
import { ArtifactError } from '../../../errors.ts'
import { defaultSearchPrecision, type LabelledPrompts } from './labelled-prompts.ts'

/** How embeddings are stored: as floats, or as bytes with one scale per row, in a quarter of the space. */
export type StoredPrecision = 'float32' | 'int8'

const embeddingsName = 'embeddings'
const scalesName = 'embedding_scales'
const excerptsName = 'excerpts'
const excerptEndsName = 'excerpt_ends'

/**
 * - `embeddings` [prompts, dimensions] F32, or I8 with `embedding_scales` [prompts] F32;
 * - `excerpts` U8: all excerpts' UTF-8, one after the other; `excerpt_ends` [prompts] I32: the end of each.
 */
export function tensorsOfPrompts({ rows, excerpts }: LabelledPrompts): [string, Tensor][] {
  const { dimensions, values } = rows
  const shape = [values.length / dimensions, dimensions]
  const text = new TextEncoder().encode(excerpts.join(''))
  const ends = new Int32Array(excerpts.length)
  let end = 0
  for (const [row, excerpt] of excerpts.entries()) {
    end += Buffer.byteLength(excerpt)
    ends[row] = end
  }
  return [
    ...embeddingTensors(rows, shape),
    [excerptEndsName, int32Tensor(ends)],
    [excerptsName, { dtype: 'U8', shape: [text.length], bytes: text }],
  ]
}

function embeddingTensors(rows: Rows, shape: readonly number[]): [string, Tensor][] {
  if (rows.precision === 'float32') return [[embeddingsName, float32Tensor(rows.values, shape)]]
  const stored = rows.precision === 'int8' ? rows : quantizeRows(floatsOf(rows), rows.dimensions, 'int8')
  const bytes = new Uint8Array(stored.values.slice().buffer)
  return [
    [embeddingsName, { dtype: 'I8', shape, bytes }],
    [scalesName, float32Tensor(stored.scales, [stored.scales.length])],
  ]
}

function floatsOf({ dimensions, values, scales }: Extract<Rows, { precision: 'int16' }>): Float32Array {
  return Float32Array.from(values, (value, i) => value * scales[Math.floor(i / dimensions)]!)
}

/**
 * @param source the artifact's folder, for errors.
 * @throws ArtifactError `weights-missing`, `weights-shape`, `weights-invalid`.
 */
export function promptsOfArtifact({ manifest, tensors }: RouterArtifact, source: string): LabelledPrompts {
  const { dimensions } = manifest.embedder
  const embeddings = tensorNamed(tensors, embeddingsName, source)
  const count = embeddings.shape[0] ?? 0
  if (count === 0 || embeddings.shape.length !== 2 || embeddings.shape[1] !== dimensions)
    throw new ArtifactError(
      'weights-shape',
      `Tensor ${embeddingsName} of ${source} has the shape [${embeddings.shape.join(', ')}], and [prompts, ${dimensions}] is needed. Train the router again.`,
    )
  const ends = int32Of(tensors, excerptEndsName, count, source)
  return {
    rows: rowsOfTensors(tensors, embeddings, dimensions, source),
    excerpts: excerptsOf(tensors, ends, source),
  }
}

function rowsOfTensors(
  tensors: ReadonlyMap<string, Tensor>,
  embeddings: Tensor,
  dimensions: number,
  source: string,
): Rows {
  if (embeddings.dtype === 'F32')
    return {
      precision: 'float32',
      dimensions,
      values: float32Of(embeddings, `${embeddingsName} of ${source}`),
    }
  if (embeddings.dtype !== 'I8')
    throw new ArtifactError(
      'weights-invalid',
      `Tensor ${embeddingsName} of ${source} is ${embeddings.dtype}; F32 or I8 is needed. Train the router again.`,
    )
  const count = embeddings.shape[0] ?? 0
  const scales = float32Column(tensors, scalesName, count, source)
  return { precision: 'int8', dimensions, values: new Int8Array(embeddings.bytes.slice().buffer), scales }
}

function excerptsOf(tensors: ReadonlyMap<string, Tensor>, ends: Int32Array, source: string): string[] {
  const { bytes } = tensorNamed(tensors, excerptsName, source)
  const decoder = new TextDecoder()
  return Array.from(ends, (end, row) => {
    const start = row === 0 ? 0 : ends[row - 1]!
    if (start > end || end > bytes.length || start < 0)
      throw new ArtifactError(
        'weights-invalid',
        `${excerptEndsName} of ${source} has ${end} after ${start} at row ${row}, and the excerpts have ${bytes.length} bytes. Train the router again.`,
      )
    return decoder.decode(bytes.subarray(start, end))
  })
}

/** The precision of the search: the requested one. Default: the best that the stored rows allow. */
export function searchRows(rows: Rows, wanted: RowPrecision | undefined): Rows {
  const precision = wanted ?? (rows.precision === 'float32' ? defaultSearchPrecision : rows.precision)
  if (rows.precision === precision) return rows
  if (rows.precision !== 'float32' || precision === 'float32')
    throw new ArtifactError(
      'precision-not-stored',
      `The embeddings are stored as ${rows.precision}, so they cannot be searched as ${precision}. Leave the precision out, or train the router with precision float32.`,
    )
  return quantizeRows(rows.values, rows.dimensions, precision)
}

export function int32Tensor(values: Int32Array): Tensor {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setInt32(index * 4, value, true)
  return { dtype: 'I32', shape: [values.length], bytes }
}

/** A column of `length` whole numbers, each in [0, below). */
export function int32Of(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  length: number,
  source: string,
  below = 2 ** 31,
): Int32Array {
  const values = int32Column(tensors, name, length, source)
  const wrong = values.findIndex((value) => value < 0 || value >= below)
  if (wrong >= 0)
    throw new ArtifactError(
      'weights-invalid',
      `${name} of ${source} has ${values[wrong]} at ${wrong}; numbers from 0 to ${below - 1} belong there. Train the router again.`,
    )
  return values
}

/** A column of `length` whole numbers of any sign. */
export function int32Column(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  length: number,
  source: string,
): Int32Array {
  const { bytes } = columnNamed(tensors, name, length, 'I32', source)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length }, (_, index) => view.getInt32(4 * index, true))
}

export function float32Column(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  length: number,
  source: string,
): Float32Array {
  return float32Of(columnNamed(tensors, name, length, 'F32', source), `${name} of ${source}`)
}

export function columnNamed(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  length: number,
  dtype: Tensor['dtype'],
  source: string,
): Tensor {
  const tensor = tensorNamed(tensors, name, source)
  if (tensor.dtype !== dtype || tensor.shape.length !== 1 || tensor.shape[0] !== length)
    throw new ArtifactError(
      'weights-shape',
      `Tensor ${name} of ${source} is ${tensor.dtype} [${tensor.shape.join(', ')}], and ${dtype} [${length}] is needed. Train the router again.`,
    )
  return tensor
}

export function tensorNamed(tensors: ReadonlyMap<string, Tensor>, name: string, source: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor !== undefined) return tensor
  throw new ArtifactError(
    'weights-missing',
    `${source} has no tensor ${name} (it has: ${[...tensors.keys()].join(', ') || 'none'}). Check the path, or train the router again.`,
  )
}
