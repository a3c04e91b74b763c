import { afterEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { type ShadowServer, saying, startShadowServer } from '../../support/servers/shadow-server.ts'
import {
  chunk,
  completion,
  event,
  json,
  type SeenRequest,
  silence,
  stream,
  streamOf,
} from '../../support/upstream.ts'

let server: ShadowServer
afterEach(() => server.close())

const chat = '/v1/chat/completions'
const asking = (content: string, more: object = {}) => ({
  model: 'auto',
  messages: [{ role: 'user', content }],
  ...more,
})
const bodyOf = ({ body }: SeenRequest) => JSON.parse(body.toString()) as Record<string, unknown>
const judged = (verdict: (text: string) => string) => (seen: SeenRequest) => {
  const { messages } = bodyOf(seen) as { messages: { content: string }[] }
  saying(verdict(messages[1]!.content))(seen)
}
const pairsBecome = (count: number) => expect.poll(() => server.pairs.length).toBe(count)

describe('shadow calls', () => {
  it('ask the other model after the reply, and a judge that knows no names, in both orders', async () => {
    server = await startShadowServer()
    server.answers['judge-model'] = judged((text) =>
      text.indexOf('the long answer') < text.indexOf('the short answer') ? '[[A]]' : '[[B]]',
    )
    const { text } = await server.post(
      chat,
      asking('Name a river', { stream: true, stream_options: { include_usage: true }, service_tier: 'flex' }),
    )
    expect(text).toContain('the short answer')
    await pairsBecome(1)
    const [second] = server.askedOf('big-model')
    expect(bodyOf(second!)).toEqual({
      model: 'big-model',
      messages: [{ role: 'user', content: 'Name a river' }],
      stream: false,
    })
    const questions = server.askedOf('judge-model').map((seen) => JSON.stringify(bodyOf(seen).messages))
    expect(questions.length).toBe(2)
    expect(
      questions.filter((each) => each.indexOf('the long answer') < each.indexOf('the short answer')).length,
    ).toBe(1)
    for (const each of questions) expect(each).not.toMatch(/strong|weak|big-model|small-model/)
    const [pair] = server.pairs
    // 20 tokens of prompt, 16 of them cached at the same price, and 5 of reply
    expect(pair).toMatchObject({
      policy: null,
      model: 'weak',
      otherModel: 'strong',
      verdict: 'other',
      judge: 'judge',
      orders: ['other', 'other'],
      problem: null,
      propensity: 1,
      labelPropensity: 1,
    })
    expect(pair!.otherUsd).toBeCloseTo((20 * 5 + 5 * 25) / 1e6, 12)
    expect(pair!.judgeUsd).toBeCloseTo((2 * (20 * 2 + 5 * 10)) / 1e6, 12)
    expect(pair!.chargedUsd).toBeCloseTo(pair!.otherUsd! + pair!.judgeUsd!, 12)
    expect(server.shadow.state).toMatchObject({ sampled: 1, verdicts: { other: 1 }, dropped: 0, open: 0 })
  })

  it('take a judge that looks at the order for a tie, and never guess', async () => {
    server = await startShadowServer()
    server.answers['judge-model'] = saying('The first one. [[A]]')
    await server.post(chat, asking('hard: prove it'))
    await pairsBecome(1)
    expect(server.pairs[0]).toMatchObject({
      model: 'strong',
      otherModel: 'weak',
      verdict: 'tie',
      orders: ['model', 'other'],
    })
    server.answers['judge-model'] = saying('I cannot decide.')
    await server.post(chat, asking('Name a lake'))
    await pairsBecome(2)
    expect(server.pairs[1]).toMatchObject({ verdict: null, problem: 'unreadable', orders: [null, null] })
    server.answers['judge-model'] = json({ error: { message: 'down' } }, 500)
    await server.post(chat, asking('Name a hill'))
    await pairsBecome(3)
    expect(server.pairs[2]).toMatchObject({ verdict: null, problem: 'judge-failed', judge: 'judge' })
    server.answers['big-model'] = json({ error: { message: 'down' } }, 500)
    await server.post(chat, asking('Name a wood'))
    await pairsBecome(4)
    expect(server.pairs[3]).toMatchObject({
      verdict: null,
      problem: 'other-failed',
      otherUsd: 0,
      chargedUsd: 0,
    })
    expect(server.warnings).toEqual([{ judge: 'judge' }, { model: 'strong', problem: 'status 500' }])
  })

  it('compare by rule where a rule can: the same text, or the same calls of tools', async () => {
    server = await startShadowServer({ judge: null })
    server.answers['big-model'] = saying('The  short answer')
    await server.post(chat, asking('Name a river'))
    await pairsBecome(1)
    expect(server.pairs[0]).toMatchObject({
      verdict: 'tie',
      judge: 'rule',
      labelPropensity: null,
      judgeUsd: 0,
    })
    const call = { id: 'c1', type: 'function', function: { name: 'look_up', arguments: '{"q":1}' } }
    const delta = chunk({ tool_calls: [{ index: 0, ...call }] })
    server.answers['small-model'] = stream(event(delta) + event(chunk({}, 'tool_calls')) + event('[DONE]'))
    server.answers['big-model'] = saying(null, { tool_calls: [{ ...call, id: 'c2' }] })
    const tools = [{ type: 'function', function: { name: 'look_up', parameters: {} } }]
    await server.post(chat, asking('Look it up', { tools, stream: true }))
    await pairsBecome(2)
    expect(server.pairs[1]).toMatchObject({ verdict: 'tie', judge: 'rule' })
    server.answers['big-model'] = saying('I look nothing up')
    await server.post(chat, asking('Look it up', { tools, stream: true }))
    await pairsBecome(3)
    expect(server.pairs[2]).toMatchObject({ verdict: null, problem: 'no-rule', judge: null })
  })

  it('ask the model of a cascade that has not answered, whichever it is', async () => {
    server = await startShadowServer()
    await server.post(chat, { ...asking('Name a river'), model: 'policy-checked' })
    await pairsBecome(1)
    expect(server.pairs[0]).toMatchObject({ policy: 'checked', model: 'weak', otherModel: 'strong' })
    server.answers['small-model'] = saying('something wrong')
    const { text } = await server.post(chat, { ...asking('Name a lake'), model: 'policy-checked' })
    expect(text).toContain('the long answer')
    await pairsBecome(2)
    expect(server.pairs[1]).toMatchObject({ policy: 'checked', model: 'strong', otherModel: 'weak' })
  })

  it('speak the protocol of the request', async () => {
    server = await startShadowServer()
    const message = (text: string) =>
      json({
        id: 'm',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 20, output_tokens: 5 },
      })
    server.answers['small-model'] = message('short')
    server.answers['big-model'] = message('long')
    await server.post('/v1/messages', { ...asking('Name a river'), max_tokens: 100, system: 'Be brief' })
    await pairsBecome(1)
    expect(server.pairs[0]).toMatchObject({ verdict: 'tie', orders: ['tie', 'tie'] })
    expect(JSON.stringify(bodyOf(server.askedOf('judge-model')[0]!))).toContain('Instructions:\\nBe brief')
  })

  it('leave alone what they must not repeat', async () => {
    const keys = [
      { name: 'narrow', hmac: clientKeyHmac('rk-narrow-0123456789'), models: ['weak'], pacing: true },
      { name: 'wide', hmac: clientKeyHmac('rk-wide-0123456789'), pacing: true },
    ]
    server = await startShadowServer({}, { keys })
    const post = (body: object, path = chat, key = 'rk-wide-0123456789') =>
      server.post(path, body, { authorization: `Bearer ${key}` })
    await post({ ...asking('x'), model: 'weak' })
    await post(asking('x', { n: 2 }))
    await post(asking('x', { web_search_options: {} }))
    await post(asking('x', { modalities: ['text', 'audio'] }))
    await post(asking('x'), chat, 'rk-narrow-0123456789')
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
    await post({ model: 'auto', messages: [{ role: 'user', content: [image] }] })
    const mcp = { mcp_servers: [{ type: 'url', url: 'https://mcp.example', name: 'x' }] }
    await post({ ...asking('x', mcp), max_tokens: 9 }, '/v1/messages')
    await post({ model: 'auto', input: 'x', tools: [{ type: 'web_search' }] }, '/v1/responses')
    await post({ model: 'auto', input: 'x', previous_response_id: 'r1' }, '/v1/responses')
    await post({ model: 'auto', input: 'x', background: true }, '/v1/responses')
    server.answers['small-model'] = json({ error: { message: 'no' } }, 404)
    await post(asking('x'))
    // A request that is sent again shows that the ones before it were not.
    server.answers['small-model'] = saying('short')
    await post(asking('Name a river'))
    await pairsBecome(1)
    // The other call is the one that answered in place of the weak model.
    expect(server.askedOf('big-model').length).toBe(2)
    expect(server.shadow.state.sampled).toBe(2) // the image was seen when its text was read
  })

  it.each([
    ['a provider that takes the key of the client', {}, { passThrough: true }],
    ['a gateway that sends it to all', { forwardClientKey: true }, {}],
  ])('spend no key of a client: %s', async (_what, settings, provider) => {
    server = await startShadowServer({}, settings, provider)
    const headers = { authorization: 'Bearer sk-of-the-client-0123' }
    for (let at = 0; at < 3; at++)
      expect((await server.post(chat, asking(`Name ${at}`), headers)).status).toBe(200)
    expect(server.shadow.state).toMatchObject({ sampled: 0, open: 0 })
    expect(server.askedOf('big-model').length).toBe(0)
  })

  it('ask only as many requests as the share says, with that probability', async () => {
    server = await startShadowServer({ share: 0.25, judge: null })
    server.answers['big-model'] = saying('the short answer')
    for (let at = 0; at < 200; at += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => server.post(chat, asking(`Name ${at + index}`))),
      )
    await expect.poll(() => server.shadow.state.open).toBe(0)
    const { sampled, dropped } = server.shadow.state
    // 50 ± 4 standard deviations of chance
    expect(Math.abs(sampled - 50)).toBeLessThan(4 * Math.sqrt(200 * 0.25 * 0.75))
    expect(server.pairs.length).toBe(sampled - dropped)
    for (const { propensity } of server.pairs) expect(propensity).toBe(0.25)
  })
})

describe('what shadow calls must not cost', () => {
  it('touch no request: a judge and a model that never answer, and too many that wait', async () => {
    server = await startShadowServer({ maxInFlight: 1 })
    server.answers['judge-model'] = silence
    await server.post(chat, asking('first'))
    await expect.poll(() => server.askedOf('judge-model').length).toBe(2)
    server.answers['small-model'] = stream(streamOf(['a ', 'b']))
    const took: number[] = []
    for (let at = 0; at < 40; at++) {
      const begun = performance.now()
      const { status, text } = await server.post(chat, asking(`then ${at}`, { stream: true }))
      took.push(performance.now() - begun)
      expect([status, text.includes('[DONE]')]).toEqual([200, true])
    }
    expect(Math.max(...took)).toBeLessThan(1000)
    // One is under way, 32 wait.
    expect(server.shadow.state).toMatchObject({ sampled: 41, dropped: 8, open: 33 })
    const begun = performance.now()
    await server.shadow.close()
    expect(performance.now() - begun).toBeLessThan(1000)
    expect(server.pairs).toMatchObject([{ verdict: null, problem: 'stopped' }])
    expect(server.shadow.state).toMatchObject({ open: 0, dropped: 40 })
    await expect.poll(() => server.askedOf('judge-model').every((seen) => seen.wasAborted())).toBe(true)
    await server.post(chat, asking('after the end'))
    expect(server.shadow.state.sampled).toBe(41)
  })

  it('keep to the dollars of a day', async () => {
    server = await startShadowServer({ usdPerDay: 0.15, maxInFlight: 1 })
    const usage = { prompt_tokens: 20, completion_tokens: 400, total_tokens: 420 }
    server.answers['big-model'] = json({ ...completion, usage })
    // A pair costs 1 cent, as is expected, and each answer of the judge may cost 4.
    for (let at = 0; at < 30; at++) await server.post(chat, asking(`Name ${at}`))
    await expect.poll(() => server.shadow.state.open).toBe(0)
    const { usd, overBudget, sampled } = server.shadow.state
    expect(usd).toBeLessThanOrEqual(0.15)
    expect(usd).toBeGreaterThan(0.04)
    expect(overBudget).toBeGreaterThan(0)
    // None was made whose answer could not be judged.
    expect(server.pairs.map(({ problem }) => problem)).toEqual(server.pairs.map(() => null))
    expect(sampled).toBeGreaterThan(0)
  })
})
