/**
 * A WebAssembly assembler of the size that one module of loops needs: every function returns the bytes of an
 * instruction (operands first, as a stack machine wants them), and `encodeModule` frames them.
 *
 * Source: the binary format of the WebAssembly core specification 2.0 (chapter 5) with shared memories of the
 * threads proposal.
 */

export type Code = readonly number[]

/** Value types by their byte in the binary format. */
export const valueType = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const
export type ValueType = (typeof valueType)[keyof typeof valueType]

export type WasmFunction = {
  readonly name: string
  readonly parameters: readonly ValueType[]
  /** Numbered after the parameters; zero at the start. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** LEB128 of an unsigned number below 2³². */
function unsigned(value: number): Code {
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return [...bytes, rest]
}

/** LEB128 of a signed 32-bit number. */
function signed(value: number): Code {
  const bytes: number[] = []
  let rest = value | 0
  while (rest > 63 || rest < -64) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return [...bytes, rest & 0x7f]
}

const unary =
  (...opcode: number[]) =>
  (a: Code): Code => [...a, ...opcode]
const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode]
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const float32Bytes = (value: number): Code => [...new Uint8Array(new Float32Array([value]).buffer)]
const lane =
  (opcode: number) =>
  (a: Code, index: number): Code => [...a, ...simd(opcode), index]
const load =
  (opcode: Code, alignment: number) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, alignment, ...unsigned(offset)]
const store =
  (opcode: Code, alignment: number) =>
  (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...opcode,
    alignment,
    ...unsigned(offset),
  ]

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)],
}

export const control = {
  /** Runs `body` at least once, and again while `condition` holds. */
  doWhile: (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b],
  /** Runs `body` if `condition` holds. */
  when: (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b],
  /** `a` if `condition` holds, else `b`; both are evaluated. */
  select: (a: Code, b: Code, condition: Code): Code => [...a, ...b, ...condition, 0x1b],
}

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  shiftLeft: binary(0x74),
  lessUnsigned: binary(0x49),
  load: load([0x28], 2),
}

export const f32 = {
  const: (value: number): Code => [0x43, ...float32Bytes(value)],
  add: binary(0x92),
  multiply: binary(0x94),
  divide: binary(0x95),
  greater: binary(0x5e),
  load: load([0x2a], 2),
  store: store([0x38], 2),
}

export const f64 = {
  add: binary(0xa0),
  multiply: binary(0xa2),
  fromFloat: unary(0xbb),
  load: load([0x2b], 3),
  store: store([0x39], 3),
}

/** Four 32-bit lanes, or eight 16-bit ones in the `i16x8` instructions. */
export const v128 = {
  load: load(simd(0x00), 4),
  /** Eight signed bytes widened to eight 16-bit lanes. */
  load8x8Signed: load(simd(0x01), 3),
  store: store(simd(0x0b), 4),
}

export const i32x4 = {
  splat: unary(...simd(0x11)),
  add: binary(...simd(0xae)),
  shiftLeft: binary(...simd(0xab)),
  /** Products of eight pairs of 16-bit lanes, neighbours added: four 32-bit lanes. */
  dotOf16: binary(...simd(0xba)),
  truncateFloat: unary(...simd(0xf8)),
}

export const f32x4 = {
  splat: unary(...simd(0x13)),
  extractLane: lane(0x1f),
  nearest: unary(...simd(0x6a)),
  convertInt: unary(...simd(0xfa)),
  add: binary(...simd(0xe4)),
  subtract: binary(...simd(0xe5)),
  multiply: binary(...simd(0xe6)),
  min: binary(...simd(0xe8)),
  max: binary(...simd(0xe9)),
}

/**
 * The bytes of a module that imports one shared memory as `env.memory` and exports `functions`, which return
 * nothing.
 *
 * @param maximumPages the largest memory (in 64 KiB pages) that the module can be given.
 */
export function encodeModule(
  functions: readonly WasmFunction[],
  maximumPages: number,
): Uint8Array<ArrayBuffer> {
  const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
  const text = (value: string): Code => vector([...Buffer.from(value)].map((byte) => [byte]))

  const types = functions.map(({ parameters }) => [0x60, ...vector(parameters.map((type) => [type])), 0])
  const sharedMemory: Code = [...text('env'), ...text('memory'), 0x02, 0x03, 0, ...unsigned(maximumPages)]
  const exports = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)])
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, type])), ...body, 0x0b]
    return [...unsigned(code.length), ...code]
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([sharedMemory])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exports)),
    ...section(10, vector(bodies)),
  ])
}
