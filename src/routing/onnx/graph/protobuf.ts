/** Writes one protocol buffer message, field by field. */
export type MessageWriter = {
  /** A whole number, negative ones in two's complement. */
  integer(field: number, value: number): MessageWriter
  float(field: number, value: number): MessageWriter
  bytes(field: number, value: Uint8Array): MessageWriter
  text(field: number, value: string): MessageWriter
  message(field: number, value: MessageWriter): MessageWriter
  finish(): Uint8Array
}

const wire = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const

/** https://protobuf.dev/programming-guides/encoding: a tag of field number and wire type before each value. */
export function createMessage(): MessageWriter {
  const parts: Uint8Array[] = []
  const tag = (field: number, type: number) => parts.push(varint(BigInt(field * 8 + type)))
  const writer: MessageWriter = {
    integer(field, value) {
      tag(field, wire.varint)
      parts.push(varint(BigInt.asUintN(64, BigInt(value))))
      return writer
    },
    float(field, value) {
      tag(field, wire.fixed32)
      const bytes = new Uint8Array(4)
      new DataView(bytes.buffer).setFloat32(0, value, true)
      parts.push(bytes)
      return writer
    },
    bytes(field, value) {
      tag(field, wire.lengthDelimited)
      parts.push(varint(BigInt(value.length)), value)
      return writer
    },
    text: (field, value) => writer.bytes(field, new TextEncoder().encode(value)),
    message: (field, value) => writer.bytes(field, value.finish()),
    finish() {
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      return whole
    },
  }
  return writer
}

/** Seven bits per byte, lowest first. The eighth bit is set if more bytes follow. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
