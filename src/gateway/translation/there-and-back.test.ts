import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleReply } from '../../../test/support/protocols/assemble-reply.ts'
import { replies, request } from '../../../test/support/protocols/common-arbitraries.ts'
import { readEvents } from '../../../test/support/protocols/read-events.ts'
import { eventsOf } from '../../../test/support/protocols/reply-events.ts'
import { chatForm } from '../protocols/chat-completions/common-form.ts'
import type { CommonForm, ReplyContext } from '../protocols/common/common-form.ts'
import type { CommonReply } from '../protocols/common/common-reply.ts'
import type { CommonRequest, Turn } from '../protocols/common/common-request.ts'
import { messagesForm } from '../protocols/messages/common-form.ts'
import { responsesForm } from '../protocols/responses/common-form.ts'

const forms = [chatForm, messagesForm, responsesForm]
const pairs = forms.flatMap((client) =>
  forms
    .filter((form) => form !== client)
    .map((upstream) => [client.protocol, upstream.protocol, client, upstream] as const),
)
const target = { model: 'm', maxOutputTokens: null }
const seeded = { seed: 14, numRuns: 100 }

function toJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** A request as a protocol's server reads what was written for it. Nothing of it may be lost. */
function carry(form: CommonForm, common: CommonRequest): CommonRequest {
  const written = form.writeRequest(common, target)
  const read = form.readRequest(toJson(written.body))
  expect([...written.losses, ...read.losses]).toEqual([])
  return read.request
}

function contextOf(form: CommonForm, common: CommonRequest): ReplyContext {
  const body = toJson(form.writeRequest(common, target).body)
  const { request: read } = form.readRequest(body)
  return { request: { ...read, stream: true, streamUsage: true }, body, created: 1_700_000_000, id: 'made' }
}

/** What a conversation says, by role. Turns of one role in a row say the same as one turn. */
function conversation(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = []
  for (const { role, parts } of turns) {
    const last = joined.at(-1)
    if (last?.role === role) joined[joined.length - 1] = { role, parts: [...last.parts, ...parts] }
    else joined.push({ role, parts: [...parts] })
  }
  return joined
}

/**
 * Arguments as values, since Messages has an object where the others have its text, and no text for an empty one. Images
 * without the detail that Responses states for each.
 */
function comparable(turns: readonly Turn[]): unknown {
  return turns.map(({ role, parts }) => ({
    role,
    parts: parts.map((part) => {
      if (part.kind === 'tool-call')
        return { ...part, arguments: JSON.parse(part.arguments === '' ? '{}' : part.arguments) }
      if (part.kind !== 'image' || part.detail !== 'auto') return part
      const { detail: _unstated, ...image } = part
      return image
    }),
  }))
}

function said(reply: CommonReply): unknown {
  const [turn] = comparable([{ role: 'assistant', parts: reply.parts }]) as { parts: unknown }[]
  return { parts: turn?.parts, stop: reply.stop, usage: reply.usage }
}

describe.each(pairs)('a client of %s, a model that speaks %s', (_from, _to, client, upstream) => {
  it('property: a request keeps texts, images, tools, arguments, results and their order', () => {
    fc.assert(
      fc.property(request, (common) => {
        const sent = carry(client, common)
        const received = carry(upstream, sent)
        const back = carry(client, received)
        for (const found of [received, back]) {
          if (common.toolChoice !== null) expect(found.toolChoice).toEqual(common.toolChoice)
          if (common.toolChoice?.kind !== 'none')
            expect(found.parallelToolCalls === false).toBe(common.parallelToolCalls === false)
          expect(comparable(conversation(found.turns))).toEqual(comparable(common.turns))
          expect(found.system).toEqual(common.system)
          expect(found.tools).toMatchObject(
            common.tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
          )
          expect(found).toMatchObject({
            toolChoice: found.toolChoice === null ? null : (common.toolChoice ?? { kind: 'auto' }), // the default
            maxOutputTokens: common.maxOutputTokens,
            temperature: common.temperature,
            topP: common.topP,
            user: common.user,
            stream: common.stream,
          })
        }
      }),
      seeded,
    )
  })

  it('property: a reply keeps texts, calls, the reason for its end and usage, whole and streamed alike', () => {
    fc.assert(
      fc.property(
        replies(fc.constant([])),
        request,
        fc.integer({ min: 1, max: 9 }),
        (reply, common, length) => {
          const upstreamContext = contextOf(upstream, common)
          const clientContext = contextOf(client, common)
          const fromUpstream = upstream.readReply(toJson(upstream.writeReply(reply, upstreamContext)))!
          const whole = client.readReply(toJson(client.writeReply(fromUpstream, clientContext)))!
          expect(said(whole)).toEqual(said(reply))

          const streamWriter = upstream.createEventWriter(upstreamContext)
          const bytes = eventsOf(reply, length)
            .map((event) => streamWriter.write(event))
            .join('')
          const clientWriter = client.createEventWriter(clientContext)
          const events = readEvents(upstream, bytes, [length, 10 * length])
          const clientBytes = events.map((event) => clientWriter.write(event)).join('')
          const streamed = assembleReply(readEvents(client, clientBytes))
          expect(streamed.error).toBeNull()
          expect(streamed.isComplete).toBe(true)
          expect(said(streamed.reply)).toEqual(said(reply))
        },
      ),
      seeded,
    )
  })
})
