import { Buffer } from 'node:buffer'
import { InvalidRequestError } from '../../../errors.ts'
import type { MemberPlace } from '../wire/members.ts'

const hyphen = 0x2d
const lineBreak = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')
/** The head of a part names a field and a file: some hundred bytes. */
const maxHeadBytes = 8192
/** RFC 2046, 5.1.1: a boundary has at most 70 characters; two hyphens come before it. */
const maxDelimiterBytes = 72
const maxValueBytes = 1024
const maxParts = 256

/** Whether a body is a form of several parts and not JSON: JSON of an object never begins with a hyphen. */
export function isMultipartForm(body: Buffer): boolean {
  return body[0] === hyphen && body[1] === hyphen
}

/**
 * The values of the fields with these names, as text, and where they are. The bytes of files are skipped by a native search
 * for the delimiter, and nothing is copied.
 *
 * @param body a `multipart/form-data` that begins with its delimiter, as every client writes it (RFC 7578).
 * @throws InvalidRequestError `bad-form` for one that cannot be read.
 */
export function readFormFields(body: Buffer, names: readonly string[]): ReadonlyMap<string, FormField> {
  const delimiter = findDelimiter(body)
  const next = Buffer.from(`\r\n${delimiter}`, 'latin1')
  const fields = new Map<string, FormField>()
  let at = delimiter.length
  for (let part = 0; part < maxParts; part++) {
    if (body[at] === hyphen && body[at + 1] === hyphen) return fields
    const from = body.subarray(at, at + maxHeadBytes).indexOf(headEnd)
    if (from === -1) throw badForm('a part has no head that ends within 8 KiB')
    const head = body.toString('latin1', at, at + from)
    const to = body.indexOf(next, at + from + headEnd.length - lineBreak.length)
    if (to === -1) throw badForm('it does not end with its boundary')
    const place = { from: at + from + headEnd.length, to: Math.max(to, at + from + headEnd.length) }
    const name = /\bname="([^"\r\n]{1,100})"/i.exec(head)?.[1]
    if (name !== undefined && names.includes(name)) fields.set(name, readField(body, name, place))
    at = to + next.length
  }
  throw badForm(`it has more than ${maxParts} parts`)
}

export type FormField = { readonly text: string; readonly place: MemberPlace }

function readField(body: Buffer, name: string, place: MemberPlace): FormField {
  if (place.to - place.from > maxValueBytes)
    throw badForm(`its field ${name} has more than ${maxValueBytes} bytes`)
  return { text: body.toString('utf8', place.from, place.to), place }
}

/** The first line: two hyphens and the boundary. */
function findDelimiter(body: Buffer): string {
  const end = body.subarray(0, maxDelimiterBytes + lineBreak.length).indexOf(lineBreak)
  if (end <= 2) throw badForm('it does not begin with a boundary')
  return body.toString('latin1', 0, end)
}

function badForm(problem: string): InvalidRequestError {
  return new InvalidRequestError('bad-form', `The multipart body cannot be read: ${problem}.`)
}
