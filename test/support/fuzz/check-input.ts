import assert from 'node:assert/strict'
import type { CommonForm, ReplyContext } from '../../../src/gateway/protocols/common/common-form.ts'
import type { ReplyEvent } from '../../../src/gateway/protocols/common/common-reply.ts'
import { commonForms } from '../../../src/gateway/protocols/forms.ts'
import { protocols } from '../../../src/gateway/protocols/registry.ts'
import { emptyRequest } from '../protocols/common-arbitraries.ts'
import { joinDeltas } from '../protocols/read-events.ts'
import type { FuzzInput } from './seeds.ts'

const target = { model: 'm', maxOutputTokens: null }
const context: ReplyContext = {
  request: { ...emptyRequest, stream: true, streamUsage: true },
  body: {},
  created: 1_700_000_000,
  id: 'made',
}

/**
 * Reads an input as the gateway does, and writes what was read in every protocol. Nothing may throw, and any cut of the
 * bytes has to give the same events, the same usage and the same bytes.
 *
 * @param sizes of the pieces that the bytes of a stream come in; the rest comes in one piece.
 * @returns in short what was read: inputs with another result take another way through the readers.
 */
export function checkInput(input: FuzzInput, sizes: readonly number[]): string {
  const form = commonForms.find(({ protocol }) => protocol === input.protocol)!
  if (input.kind === 'stream') return checkStream(form, input.bytes, sizes)
  const body = parseObject(input.bytes)
  if (body === null) return 'no object'
  return input.kind === 'request' ? checkRequest(form, body) : checkReply(form, body)
}

function checkStream(form: CommonForm, bytes: Buffer, sizes: readonly number[]): string {
  const whole = read(form, bytes, [])
  const cut = read(form, bytes, sizes)
  assert.deepEqual(joinDeltas(cut), joinDeltas(whole))
  for (const to of commonForms) {
    const writer = to.createEventWriter(context)
    for (const event of whole) writer.write(event)
  }
  const protocol = protocols.find(({ name }) => name === form.protocol)!
  const tapped = [[], sizes].map((cuts) => {
    const tap = protocol.createUsageTap('text/event-stream')!
    for (const piece of pieces(bytes, cuts)) tap.push(piece)
    return tap.end()
  })
  assert.deepEqual(tapped[1], tapped[0])
  const filtered = [[], sizes].map((cuts) => {
    const filter = protocol.createUsageFilter()
    const out = pieces(bytes, cuts).map((piece) => Buffer.from(filter.push(piece)))
    return Buffer.concat([...out, filter.end()])
  })
  assert.ok(filtered[1]!.equals(filtered[0]!))
  const kinds = joinDeltas(whole).map((event) =>
    event.kind === 'part-start' ? event.part.kind : event.kind === 'stop' ? event.stop.reason : event.kind,
  )
  return kinds.join(' ')
}

function checkRequest(form: CommonForm, body: Readonly<Record<string, unknown>>): string {
  const { request, losses } = form.readRequest(body)
  for (const to of commonForms) JSON.stringify(to.writeRequest(request, target).body)
  const parts = request.turns.map(
    ({ role, parts: said }) => `${role}:${said.map(({ kind }) => kind).join('+')}`,
  )
  return [...parts, ...losses.map(({ field, kind }) => `${kind} ${field.replaceAll(/\[\d+\]/g, '[]')}`)].join(
    ' ',
  )
}

function checkReply(form: CommonForm, body: Readonly<Record<string, unknown>>): string {
  const reply = form.readReply(body)
  const error = form.readError(body)
  if (error !== null) for (const to of commonForms) JSON.stringify(to.writeError(error, 500))
  if (reply === null) return error === null ? 'no reply' : 'an error'
  for (const to of commonForms) JSON.stringify(to.writeReply(reply, context))
  return [
    ...reply.parts.map(({ kind }) => kind),
    reply.stop.reason,
    reply.usage === null ? '' : 'usage',
  ].join(' ')
}

function read(form: CommonForm, bytes: Buffer, sizes: readonly number[]): ReplyEvent[] {
  const events: ReplyEvent[] = []
  const reader = form.createEventReader((event) => events.push(event))
  for (const piece of pieces(bytes, sizes)) reader.push(piece)
  reader.end()
  return events
}

/** Each has memory of its own, as the upstream's chunks have. */
function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    cut.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
  }
  return cut
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}
