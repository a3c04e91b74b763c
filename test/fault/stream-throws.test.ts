import { afterEach, describe, expect, it, vi } from 'vitest'
import { chatForm } from '../../src/gateway/protocols/chat-completions/common-form.ts'
import { chatCompletions } from '../../src/gateway/protocols/chat-completions/protocol.ts'
import type { RequestRecord } from '../../src/gateway/request-record.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../support/gateway-under-test.ts'
import { speakingModel } from '../support/protocols/speaking-model.ts'

let gateway: GatewayUnderTest
afterEach(async () => {
  vi.restoreAllMocks()
  await gateway.close()
})

function throwingOnce(): () => never {
  return () => {
    vi.restoreAllMocks()
    throw new Error('a fault in a transform')
  }
}

function doNothing(): void {}

const failing = { push: throwingOnce(), end: () => Buffer.alloc(0) }

describe('case 10: a throw within a stream ends that request alone', () => {
  it.each([
    [
      'in the filter of a stream that is passed on',
      '/v1/chat/completions',
      () => vi.spyOn(chatCompletions, 'createUsageFilter').mockReturnValue(failing),
    ],
    [
      'in the reading of its usage',
      '/v1/chat/completions',
      () =>
        vi.spyOn(chatCompletions, 'createUsageTap').mockReturnValue({
          push: throwingOnce(),
          isEnded: false,
          end: () => ({ usage: null, events: 0, isEmpty: false, responseId: null }),
        }),
    ],
    [
      'in a translation',
      '/v1/messages',
      () => vi.spyOn(chatForm, 'createEventReader').mockReturnValue({ push: throwingOnce(), end: doNothing }),
    ],
  ])('%s', async (_where, path, breakIt) => {
    const records: RequestRecord[] = []
    gateway = await startGateway({
      provider: { protocols: ['chat-completions'] },
      server: { observers: [(record) => void records.push(record)] },
    })
    gateway.upstream.answer(speakingModel)
    const ask = async () => {
      const body = {
        model: 'weak',
        max_tokens: 50,
        stream: true,
        messages: [{ role: 'user', content: 'hi' }],
      }
      const reply = await fetch(`${gateway.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
      return { status: reply.status, text: await reply.text().catch(() => null) }
    }
    breakIt()
    const broken = await ask()
    expect(broken.status === 200 ? broken.text : null).toBeNull()
    const whole = await ask()
    expect(whole.status).toBe(200)
    expect(whole.text).toContain(path === '/v1/messages' ? 'message_stop' : '[DONE]')
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(records.map(({ status }) => status)).toEqual([broken.status === 200 ? 502 : broken.status, 200])
  })
})
