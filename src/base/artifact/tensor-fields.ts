import { readRegularFile } from '../files/read-file.ts'
import { float32Of, parseSafetensors, type Tensor } from './safetensors.ts'

/** Sizes of a tensor's axes; undefined for any size. */
export type Shape = readonly (number | undefined)[]

/** Tensors of a safetensors file by name, checked and copied into memory of their own. */
export type TensorFields = {
  /** @throws what `refuse` makes, if the tensor is missing or of another type or shape. */
  find(name: string, dtype: Tensor['dtype'], ...shape: Shape): Tensor
  /** As `find`; throws ArtifactError `weights-invalid` for a number that is not finite. */
  float32(name: string, ...shape: Shape): Float32Array
  int32(name: string, ...shape: Shape): Int32Array
  int8(name: string, ...shape: Shape): Int8Array
  uint8(name: string, ...shape: Shape): Uint8Array
}

/**
 * @param refuse makes the error for a file whose tensors are not what they should be, from what is wrong.
 * @throws ArtifactError `safetensors-invalid` for bytes that are no safetensors file.
 */
export function readTensorFields(
  bytes: Uint8Array,
  source: string,
  refuse: (what: string) => Error,
): TensorFields {
  const tensors = parseSafetensors(bytes, source)

  function find(name: string, dtype: Tensor['dtype'], ...shape: Shape): Tensor {
    const found = tensors.get(name)
    if (found === undefined) throw refuse(`the tensor ${name} is missing`)
    const fits =
      found.dtype === dtype &&
      found.shape.length === shape.length &&
      shape.every((size, axis) => size === undefined || size === found.shape[axis])
    if (fits) return found
    const wanted = shape.map((size) => size ?? 'any').join(', ')
    throw refuse(`${name} is ${found.dtype} [${found.shape.join(', ')}], expected ${dtype} [${wanted}]`)
  }

  return {
    find,
    float32: (name, ...shape) => float32Of(find(name, 'F32', ...shape), `${name} of ${source}`),
    int32: (name, ...shape) => new Int32Array(copyOf(find(name, 'I32', ...shape))),
    int8: (name, ...shape) => new Int8Array(copyOf(find(name, 'I8', ...shape))),
    uint8: (name, ...shape) => new Uint8Array(copyOf(find(name, 'U8', ...shape))),
  }
}

/** A tensor of whole numbers, which shares their memory. */
export function integerTensor(
  values: Int32Array | Int8Array | Uint8Array | Uint16Array,
  dtype: 'I32' | 'I8' | 'U8',
  shape: readonly number[] = [values.length],
): Tensor {
  return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

/** The bytes of an artifact's file. @param refuse makes the error for a file that cannot be read, from its cause. */
export async function readTensorFile(file: string, refuse: (cause: unknown) => Error): Promise<Uint8Array> {
  try {
    return await readRegularFile(file)
  } catch (cause) {
    throw refuse(cause)
  }
}

/** A tensor is a view of the whole file, and its numbers may not be aligned. */
function copyOf({ bytes }: Tensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
