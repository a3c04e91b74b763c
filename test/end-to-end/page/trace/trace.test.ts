import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../../src/config/client-key.ts'
import type { RequestAnswer } from '../../../../src/server/admin/api/requests.ts'
import { enterPage, findViewProblems, launchBrowser } from '../../../support/page/browser.ts'
import { type ServedPage, servePage } from '../../../support/page/served-page.ts'
import { describeWith, requirement } from '../../../support/requirement.ts'
import { requestEntry } from '../../../support/store/entries.ts'
import { completion, json, type Respond, startUpstream, type Upstream } from '../../../support/upstream.ts'

/** Sends the head of an answer, and closes. */
const breakOff: Respond = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  setImmediate(() => response.destroy())
}
const proof = 'Prove that there are infinitely many primes congruent to 3 modulo 4.'
const keys = { desk: 'rllm-key-of-the-desk', free: 'rllm-key-without-a-budget' }
const now = Date.now()
const pace = { factor: 2, ownThreshold: 0.45, budget: { key: 'desk', limit: 'usdPerMonth' } } as const
const turn = (index: number, changes: object) =>
  requestEntry(`rllm-turn-${index}`, {
    ...{
      time: now - 600_000 + index * 1000,
      session: 'paced-session',
      key: 'desk',
      policy: 'halves',
      chargedUsd: 0,
    },
    ...{ sessionDecision: { kept: null, switched: index === 0 ? null : 'user-turn', switchUsd: null } },
    ...changes,
  })
const alone = { time: now - 900_000, session: null, key: null }
const seeded = [
  turn(0, { model: 'large', side: 'strong', threshold: 0.45, strongWinRate: 0.6 }),
  turn(1, { model: 'little', side: 'weak', threshold: 0.725, strongWinRate: 0.6, pace }),
  requestEntry('rllm-arm', { ...alone, policy: 'halves', experiment: { id: 'cheaper', arm: 'treatment' } }),
  requestEntry('rllm-canary', {
    ...{ ...alone, policy: 'halves', experiment: { id: 'canary-learned-1', arm: 'treatment' } },
  }),
  requestEntry('rllm-drawn', {
    ...{ ...alone, policy: 'halves', model: 'large', side: 'strong', threshold: 0.45, strongWinRate: 0.2 },
    candidates: [
      { model: 'large', usd: null, score: null, excluded: null, propensity: 0.05 },
      { model: 'little', usd: null, score: null, excluded: null, propensity: 0.95 },
    ],
  }),
  requestEntry('rllm-unscored', {
    ...{ ...alone, policy: 'halves', model: 'large', side: 'strong', strongWinRate: null },
    fallback: 'router-timeout',
  }),
  requestEntry('rllm-kept', {
    ...{ ...alone, session: 'kept-session', policy: 'halves', model: 'little' },
    sessionDecision: { kept: 'tool-loop', switched: null, switchUsd: 0.25 },
  }),
  requestEntry('rllm-saved', { ...alone, policy: 'halves', overBudget: 'large' }),
  // Of today, and nearly the whole budget.
  requestEntry('rllm-spent', { time: now, key: 'desk', session: null, usd: 0.9999, chargedUsd: 0.9999 }),
]

describeWith(await requirement('chromium'), 'the trace of a request', (chromium) => {
  let browser: Browser
  let served: ServedPage
  let upstream: Upstream
  beforeAll(async () => {
    upstream = await startUpstream((seen) =>
      seen.body.includes('please fail')
        ? json({ error: { message: 'the machine is on fire', type: 'server_error' } }, 503)(seen)
        : seen.body.includes('please break off')
          ? breakOff(seen)
          : json(completion)(seen),
    )
    const config = `version: 1
providers: { main: { kind: openai-compatible, baseUrl: '${upstream.baseUrl}' }, gone: { kind: openai-compatible, baseUrl: 'http://127.0.0.1:9/v1' } }
models:
  large: { provider: main, upstream: large, inputUsdPerMillionTokens: 0.001, outputUsdPerMillionTokens: 0.001 }
  little: { provider: main, upstream: little, inputUsdPerMillionTokens: 0.0001, outputUsdPerMillionTokens: 0.0001 }
  gone: { provider: gone, upstream: gone }
policy: { kind: pair, strong: large, weak: little }
policies: { halves: { kind: pair, strong: large, weak: little, router: mf, threshold: 0.45 } }
auto: { policy: halves }
keys:
  desk: { hmac: "${clientKeyHmac(keys.desk)}", usdPerDay: 1 }
  free: { hmac: "${clientKeyHmac(keys.free)}" }
store: { path: ./.routellm, text: full }
`
    ;[browser, served] = await Promise.all([launchBrowser(chromium), servePage(seeded, { config })])
  })
  afterAll(async () => {
    await browser.close()
    await Promise.all([served.stop(), upstream.close()])
  })

  /** The id of the request. */
  async function ask(key: keyof typeof keys, messages: readonly object[], model = 'auto'): Promise<string> {
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keys[key]}` },
      body: JSON.stringify({ model, messages }),
    })
    await reply.text()
    return reply.headers.get('x-routellm-request-id') ?? ''
  }
  async function readTrace(id: string): Promise<RequestAnswer> {
    const reply = await fetch(`${served.url}/admin/api/requests/${id}`, {
      headers: { authorization: `Bearer ${served.token}` },
    })
    return (await reply.json()) as RequestAnswer
  }

  it('says what the threshold was raised from, by whose budget, and what that changed', async () => {
    const id = await ask('desk', [{ role: 'user', content: proof }])
    const trace = await readTrace(id)
    expect(trace).toMatchObject({
      ...{ model: 'little', threshold: expect.closeTo(1 - 0.55 / 1000, 9) },
      pace: { factor: 1000, ownThreshold: 0.45, budget: { key: 'desk', limit: 'usdPerDay' } },
      decidedBy: { kind: 'policy', hasPace: true },
    })
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    await page
      .getByText(
        'The threshold was raised from 0.450 to 0.999, because the daily budget of the key "desk" was being spent too fast (pace 1,000); without that, the strong model would have been chosen.',
      )
      .waitFor()
    const usual = await ask('free', [{ role: 'user', content: proof }])
    expect(await readTrace(usual)).toMatchObject({ model: 'large', threshold: 0.45, pace: null })
    await page.goto(`${served.url}/requests/${usual}`)
    await page.getByText('above the threshold 0.450').waitFor()
    expect(await page.getByText('was raised').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
    expect(await findViewProblems(browser, served, `/requests/${id}`, '.waterfall')).toEqual([])
  })

  it('says of a switch that the budget decided it, in the words of the trace', async () => {
    const { page, context } = await enterPage(browser, served, '/sessions/paced-session')
    const raised =
      'the threshold was raised from 0.450 to 0.725, because the monthly budget of the key "desk" was being spent too fast (pace 2); without that, the strong model would have been chosen'
    await page
      .locator('.decided-by')
      .getByText(`the policy halves, at a turn of the user: ${raised}`, { exact: true })
      .waitFor()
    await page.goto(`${served.url}/requests/rllm-turn-1`)
    await page.getByText(`T${raised.slice(1)}.`, { exact: true }).waitFor()
    await page.getByText('Decided by the policy halves, at a turn of the user').waitFor()
    await context.close()
  })

  it('says what failed and why, call by call, and calls no model one that answered', async () => {
    const id = await ask('free', [{ role: 'user', content: 'Good morning! please fail' }])
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    const card = page.getByRole('region', { name: 'What failed' })
    await card.getByText('503, not available').waitFor()
    await card.getByText('No model answered.').waitFor()
    await card.getByText('the machine is on fire').waitFor()
    const calls = await card.locator('li').allTextContents()
    expect(calls.length).toBeGreaterThan(1)
    for (const call of calls) expect(call).toMatch(/^(large|little) answered with status 503 after \d/)
    expect(new Set(calls.map((call) => call.split(' ')[0]))).toEqual(new Set(['large', 'little']))
    expect(await page.locator('.decision tbody .tag').allTextContents()).toEqual(['failed', 'failed'])
    await page.getByText('Another model than the chosen one was asked').waitFor()
    expect(await page.getByText('not reported').count()).toBe(2)
    expect(await page.getByText('– tokens').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
    expect(await findViewProblems(browser, served, `/requests/${id}`, '.waterfall')).toEqual([])
  })

  it('calls an answer that broke off neither refused nor free', async () => {
    const id = await ask('free', [{ role: 'user', content: 'please break off' }], 'large')
    expect(await readTrace(id)).toMatchObject({
      ...{ status: 502, error: 'upstream-broke-off' },
      calls: [{ model: 'large', isRefused: false, status: null }],
    })
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    const card = page.getByRole('region', { name: 'What failed' })
    await card.getByText('The answer broke off after it had begun.').waitFor()
    await card.getByText(/began to answer after .*, and the answer broke off/).waitFor()
    await page.getByText('not known: no price, or no tokens reported').waitFor()
    expect(await page.getByText('refused').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('has the status of a single call that was refused', async () => {
    const id = await ask('free', [{ role: 'user', content: 'please fail' }], 'large')
    expect(await readTrace(id)).toMatchObject({ calls: [{ model: 'large', isRefused: true, status: 503 }] })
  })

  it.each([
    ['nobody', 404, 'model-not-found', 'No model was called', 'Nothing was decided'],
    ['gone', 502, 'upstream-unreachable', 'The model did not answer', 'The request names gone itself'],
  ])('says why the server answered a request to %s with %d', async (model, status, error, what, decision) => {
    const id = await ask('free', [{ role: 'user', content: 'hi' }], model)
    expect(await readTrace(id)).toMatchObject({ status, error })
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    const card = page.getByRole('region', { name: 'What failed' })
    await card.getByText(what).waitFor()
    await card.getByText(`The server answered ${error.replaceAll('-', '_')}: `).waitFor()
    await page.getByText(decision).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each([
    ['arm', 'Its session takes part in the experiment cheaper, in the treatment arm, whose policy decided.'],
    ['canary', 'Its session takes part in the trial of the canary learned-1: the canary decided.'],
    ['drawn', 'Decided by a draw at random, to explore, with a chance of 5.0 %.'],
    ['unscored', 'Nothing was compared, and the safest model was chosen: the router was too late.'],
    [
      'kept',
      'Decided by the session: the model never changes within a tool loop; a cold cache would have cost $0.25.',
    ],
    ['saved', 'large was not asked: the budget has too few dollars left for it.'],
  ])('says what else decided: %s', async (id, words) => {
    const { page, complaints, context } = await enterPage(browser, served, `/requests/rllm-${id}`)
    await page.locator('.decision').getByText(words, { exact: true }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('asks no router while a name is chosen in What if', async () => {
    const id = await ask('free', [{ role: 'user', content: 'What if?' }])
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    const whatIf = page.getByRole('region', { name: 'What if' })
    const picker = whatIf.getByLabel('Decided by')
    await picker.locator('option').getByText('little', { exact: true }).waitFor({ state: 'attached' })
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/what-if')) asked.push(request.postDataJSON().model)
    })
    await picker.focus()
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowDown')
    const name = await picker.inputValue()
    expect(name).not.toBe('auto')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await whatIf
      .getByText(/would answer|names/)
      .first()
      .waitFor()
    expect(asked).toEqual([name])
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows the last turn of a long conversation first, with the earlier ones behind it', async () => {
    const earlier = Array.from({ length: 40 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `Message ${index}. ${'It goes on for some lines. '.repeat(20)}`,
    }))
    const id = await ask('free', [...earlier, { role: 'user', content: 'And what is the last thing?' }])
    const { page, complaints, context } = await enterPage(browser, served, `/requests/${id}`)
    const question = page.getByRole('region', { name: 'Request', exact: true })
    const last = question.getByText('And what is the last thing?')
    await last.waitFor()
    const [box, frame] = await Promise.all([last.boundingBox(), question.boundingBox()])
    expect(box!.y + box!.height).toBeLessThan(frame!.y + frame!.height)
    expect(await question.getByText('Message 0.').isVisible()).toBe(false)
    await question.getByText('40 earlier messages').focus()
    await page.keyboard.press('Enter')
    await question.getByText('Message 0.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
