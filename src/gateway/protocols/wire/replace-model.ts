import { Buffer } from 'node:buffer'
import { InvalidRequestError } from '../../../errors.ts'
import { findStringEnd, mayHaveUnicodeEscape, skipSpace } from './json-bytes.ts'
import { MemberScanner } from './member-scanner.ts'

const key = Buffer.from('"model"')
const quote = 0x22
const colon = 0x3a

/**
 * The client's own bytes with the value of the top-level `model` replaced, every other byte as it was: numbers
 * keep their digits (`1.0`, 20-digit integers), strings their escapes, objects their order and duplicate keys.
 * A body that names `model` more than once gets the new name everywhere; no reader sees the old one.
 *
 * @param body UTF-8 JSON text of an object with a top-level `model`, already parsed once.
 * @throws InvalidRequestError `bad-model` if it names `model` more than 64 times: a long name in place of each would
 *   make a small body a large one.
 */
export function replaceModel(body: Buffer, model: string): Buffer {
  const name = JSON.stringify(model)
  return replaceOnlyModel(body, name) ?? replaceEveryModel(body, name)
}

/**
 * Nearly all bodies spell the key once and escape no letter: then that one place is the top-level key, and three native
 * searches find it. Null for all others.
 */
function replaceOnlyModel(body: Buffer, name: string): Buffer | null {
  const at = body.indexOf(key)
  if (at === -1 || body.indexOf(key, at + key.length) !== -1 || mayHaveUnicodeEscape(body)) return null
  const colonAt = skipSpace(body, at + key.length)
  if (body[colonAt] !== colon) return null
  const from = skipSpace(body, colonAt + 1)
  if (body[from] !== quote) return null
  const to = findStringEnd(body, from + 1)
  if (to === -1) return null
  const nameBytes = Buffer.byteLength(name)
  const replaced = Buffer.allocUnsafe(body.length - (to - from) + nameBytes)
  body.copy(replaced, 0, 0, from)
  replaced.write(name, from)
  body.copy(replaced, from + nameBytes, to)
  return replaced
}

const maxNamings = 64

function replaceEveryModel(body: Buffer, name: string): Buffer {
  const nameBytes = Buffer.from(name)
  const parts: Buffer[] = []
  let kept = 0
  let namings = 0
  const scanner = new MemberScanner('model', {
    onPart(_chunk, from, to) {
      if (++namings > maxNamings) throw namedTooOften()
      parts.push(body.subarray(kept, from), nameBytes)
      kept = to
    },
    onEnd() {},
  })
  scanner.push(body)
  parts.push(body.subarray(kept))
  return Buffer.concat(parts)
}

function namedTooOften(): InvalidRequestError {
  return new InvalidRequestError(
    'bad-model',
    `The request names model more than ${maxNamings} times. Name it once.`,
    { param: 'model' },
  )
}
