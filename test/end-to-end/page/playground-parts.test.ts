import { expect, it } from 'vitest'
import { type AnswerPart, readAnswer } from '../../../web/views/playground/answers/read-stream.ts'
import {
  fromFragment,
  toDecideBody,
  toFragment,
  toMessages,
} from '../../../web/views/playground/prompt/conversation.ts'
import { hostileTexts } from '../../support/page/realistic-requests.ts'
import { chunk, completion, event, streamOf } from '../../support/upstream.ts'

async function partsOf(text: string, contentType: string, pieceBytes = 7): Promise<AnswerPart[]> {
  const bytes = new TextEncoder().encode(text)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes)
        controller.enqueue(bytes.slice(at, at + pieceBytes))
      controller.close()
    },
  })
  const parts: AnswerPart[] = []
  for await (const part of readAnswer(new Response(body, { headers: { 'content-type': contentType } })))
    parts.push(part)
  return parts
}

it('reads the text and the tokens of a stream, however it is cut', async () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2 }
  const words = [' Grüße', ' 北京 🙂\n']
  const expected = [...words.map((text) => ({ kind: 'text', text })), { kind: 'usage', input: 3, output: 2 }]
  for (const text of [streamOf(words, usage), streamOf(words, usage).replaceAll('\n', '\r\n')])
    for (const pieceBytes of [1, 7, 10_000])
      expect(await partsOf(text, 'text/event-stream; charset=utf-8', pieceBytes)).toEqual(expected)
})

it('reads reasoning, an error within the stream, and leaves out what it does not know', async () => {
  const events = [
    ': waiting\n\n',
    event(chunk({ reasoning_content: 'hm' })),
    event(chunk({ content: null })),
    'data: {not json\n\n',
    'event: x\ndata: 3\n\n',
    event({ error: { message: 'it broke' } }),
  ]
  expect(await partsOf(events.join(''), 'text/event-stream')).toEqual([
    { kind: 'reasoning', text: 'hm' },
    { kind: 'failed', message: 'it broke' },
  ])
})

it('reads a reply that is no stream', async () => {
  expect(await partsOf(JSON.stringify(completion), 'application/json')).toEqual([
    { kind: 'text', text: 'Hello, 北京 🙂' },
    { kind: 'usage', input: 20, output: 5 },
  ])
})

it('a conversation is the same after its way through an address', () => {
  const text = Object.values(hostileTexts).join('&turn=#')
  const conversation = {
    system: text,
    turns: [
      { role: 'user', text },
      { role: 'assistant', text: '' },
      { role: 'user', text: 'b' },
    ],
  } as const
  expect(fromFragment(`#${toFragment(conversation)}`)).toEqual(conversation)
  expect(fromFragment('')).toBeNull()
  expect(fromFragment('#turn=a&turn=b')?.turns).toHaveLength(3)
  expect(toFragment({ system: '', turns: [{ role: 'user', text: 'x'.repeat(30_001) }] })).toBeNull()
})

it('sends turns with text only, and says what else is needed', () => {
  const conversation = {
    system: ' ',
    turns: [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: '' },
      { role: 'user', text: 'b' },
    ],
  } as const
  expect(toMessages(conversation)).toEqual([
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
  ])
  expect(toDecideBody('auto', conversation, ['image', 'tools', 'schema'])).toMatchObject({
    model: 'auto',
    messages: [{ content: 'a' }, { content: [{ type: 'text', text: 'b' }, { type: 'image_url' }] }],
    tools: [{}],
    response_format: { type: 'json_schema' },
  })
})
