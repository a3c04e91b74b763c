import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../../errors.ts'
import { chatCompletions } from '../../gateway/protocols/chat-completions/protocol.ts'
import { WebReply } from './web-reply.ts'

const eventStream = ['content-type', 'text/event-stream']
const failure = new UpstreamError('upstream-broke-off', 'It broke off.')

function open(signal?: AbortSignal) {
  const closed: number[] = []
  const reply = new WebReply(chatCompletions, 'rllm-1', signal)
  reply.onClose(() => closed.push(reply.finalStatus))
  return { reply, closed }
}

async function readText(response: Response): Promise<{ text: string; error: unknown }> {
  let text = ''
  try {
    for await (const bytes of response.body!) text += Buffer.from(bytes).toString()
    return { text, error: null }
  } catch (error) {
    return { text, error }
  }
}

describe('WebReply', () => {
  it('passes bytes on and ends once they are read', async () => {
    const { reply, closed } = open()
    reply.writeHead(200, [...eventStream, 'x-one', '1'], true)
    const response = await reply.response
    expect(response.headers.get('x-one')).toBe('1')
    reply.write(Buffer.from('a'), () => {})
    reply.writeComment('waiting')
    reply.end()
    expect(closed).toEqual([])
    expect(await readText(response)).toEqual({ text: 'a: waiting\n\n', error: null })
    expect(closed).toEqual([200])
    expect(reply.isOpen).toBe(false)
  })

  it('pauses the upstream while the client does not read', async () => {
    const { reply } = open()
    reply.writeHead(200, eventStream, true)
    let resumed = 0
    const block = Buffer.alloc(40_000)
    expect(reply.write(block, () => resumed++)).toBe(true)
    expect(reply.write(block, () => resumed++)).toBe(false)
    await wait(10)
    expect(resumed).toBe(0)
    await (await reply.response).body!.getReader().read()
    expect(resumed).toBe(1)
  })

  it('ends a broken stream with an error event and an error', async () => {
    const { reply, closed } = open()
    reply.writeHead(200, eventStream, true)
    reply.write(Buffer.from('data: {}\n\n'), () => {})
    reply.fail(failure, () => [])
    const { text, error } = await readText(await reply.response)
    expect(text).toMatch(/^data: \{\}\n\n\n\ndata: \{"error":\{"message":"It broke off\."/)
    expect(error).toBeInstanceOf(Error)
    expect(closed).toEqual([502])
  })

  it('answers an error that comes before the head in the form of the protocol', async () => {
    const { reply, closed } = open()
    reply.fail(failure, () => ['x-request-id', 'rllm-1'])
    const response = await reply.response
    expect(response.status).toBe(502)
    expect(response.headers.get('x-request-id')).toBe('rllm-1')
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_broke_off' } })
    expect(closed).toEqual([502])
  })

  it.each(['signal', 'cancel'])('closes when the client leaves, known by %s', async (how) => {
    const controller = new AbortController()
    const { reply, closed } = open(controller.signal)
    reply.writeHead(200, eventStream, true)
    const response = await reply.response
    if (how === 'signal') controller.abort()
    else await response.body!.cancel()
    expect(closed).toEqual([499])
    expect(reply.isOpen).toBe(false)
    expect(reply.write(Buffer.from('late'), () => {})).toBe(true)
    expect(closed).toEqual([499])
  })

  it('closes when the client leaves before the head', async () => {
    const controller = new AbortController()
    const { reply, closed } = open(controller.signal)
    controller.abort()
    expect((await reply.response).status).toBe(499)
    expect(closed).toEqual([499])
  })

  it('closes at once, and takes nothing, if the client left before it', async () => {
    const { reply, closed } = open(AbortSignal.abort())
    expect(reply.isOpen).toBe(false)
    expect((await reply.response).status).toBe(499)
    expect(closed).toEqual([499])
  })

  it('lets nobody wait for the rest of a reply whose client has left', async () => {
    const controller = new AbortController()
    const { reply } = open(controller.signal)
    reply.writeHead(200, eventStream, true)
    const reader = (await reply.response).body!.getReader()
    const read = reader.read()
    controller.abort()
    await expect(read).rejects.toThrow('the client has left')
  })

  it.each([101, 600, 999])(
    'answers an upstream of status %d, which no Response has, with 502',
    async (status) => {
      const { reply, closed } = open()
      reply.writeHead(status, [], false)
      reply.write(Buffer.from('odd'), () => {})
      reply.end()
      const response = await reply.response
      expect([response.status, await response.text()]).toEqual([502, 'odd'])
      expect(closed).toEqual([502])
    },
  )

  it('answers with an error if no head can be made of what the upstream sent', async () => {
    const { reply } = open()
    expect(() => reply.writeHead(200, ['x-odd', 'a\nb'], false)).toThrow()
    reply.fail(failure, () => [])
    expect((await reply.response).status).toBe(502)
  })

  it('has no body where the status allows none', async () => {
    const { reply, closed } = open()
    reply.writeHead(204, [], false)
    expect((await reply.response).body).toBeNull()
    expect(closed).toEqual([204])
  })
})
