import { Buffer } from 'node:buffer'
import { MemberScanner } from './member-scanner.ts'

/**
 * The client's own bytes with the value of the top-level `model` replaced, every other byte as it was: numbers
 * keep their digits (`1.0`, 20-digit integers), strings their escapes, objects their order and duplicate keys.
 * A body that names `model` more than once gets the new name everywhere, so that no reader sees the old one.
 *
 * @param body UTF-8 JSON text of an object, already known to parse.
 */
export function replaceModel(body: Buffer, model: string): Buffer {
  const name = Buffer.from(JSON.stringify(model))
  const parts: Buffer[] = []
  let kept = 0
  const scanner = new MemberScanner('model', {
    onPart(_chunk, from, to) {
      parts.push(body.subarray(kept, from), name)
      kept = to
    },
    onEnd() {},
  })
  scanner.push(body)
  parts.push(body.subarray(kept))
  return Buffer.concat(parts)
}
