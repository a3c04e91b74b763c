import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { RequestAnswer } from '../../../src/server/admin/api/requests.ts'
import {
  enterPage,
  findAxeProblems,
  findViewProblems,
  launchBrowser,
  type PageOptions,
} from '../../support/page/browser.ts'
import { hostileTexts } from '../../support/page/realistic-requests.ts'
import { type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'
import { chunk, event, json, startUpstream, streamAndHold, type Upstream } from '../../support/upstream.ts'

const proof = 'Prove that there are infinitely many primes congruent to 3 modulo 4.'
const hostilePrompt = Object.values(hostileTexts).join(' ')

describeWith(await requirement('chromium'), 'the playground', (chromium) => {
  let browser: Browser
  let served: ServedPage
  let upstream: Upstream
  let keyed: ServedPage
  beforeAll(async () => {
    upstream = await startUpstream()
    const config = `version: 1
providers: { main: { kind: openai-compatible, baseUrl: '${upstream.baseUrl}' } }
models:
  "big ${'m'.repeat(200)}": { provider: main, upstream: big }
  small: { provider: main, upstream: small }
policy: { kind: pair, strong: "big ${'m'.repeat(200)}", weak: small }
keys: { web: { hmac: "${clientKeyHmac('rllm-key-of-a-client')}" } }
store: off
`
    ;[browser, served, keyed] = await Promise.all([
      launchBrowser(chromium),
      servePage([]),
      servePage([], { config }),
    ])
  })
  afterAll(async () => {
    await browser.close()
    await Promise.all([served.stop(), keyed.stop(), upstream.close()])
  })

  const enter = (of: ServedPage, path = '/playground', options?: PageOptions) =>
    enterPage(browser, of, path, options)
  const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true }).getByRole('textbox').last()

  it.each([
    ['nothing asked', '/playground', '.decision button'],
    [
      'a hostile one',
      `/playground#${new URLSearchParams({ system: hostilePrompt, turn: hostilePrompt })}`,
      '.decided',
    ],
  ])('with %s: whole, accessible, and without a complaint', async (_what, path, ready) => {
    expect(await findViewProblems(browser, served, path, ready)).toEqual([])
  })

  it('the keyboard alone: decides as one types, moves the threshold, asks two models and says which is better', async () => {
    const { page, complaints, context } = await enter(served, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.locator('textarea:focus').waitFor()
    const chosen = () => page.locator('.decided .figure').textContent()
    await page.keyboard.type('Good morning!')
    await expect.poll(chosen).toBe('gpt-5-mini')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(proof)
    await expect.poll(chosen).toBe('gpt-5')
    await page.getByText('kind of work: proof').waitFor()
    await page.getByText(/^Score 0\.9\d\d is above the threshold 0\.450 → /).waitFor()
    await page.getByText('base, before the prompt').waitFor()
    await page.getByText(/^Base and all \d+ effects together: \+\d\.\d\d, a win rate of 0\.9\d\d$/).waitFor()

    await page.getByLabel('Threshold', { exact: true }).focus()
    await page.keyboard.press('End')
    await expect.poll(chosen).toBe('gpt-5-mini')
    await expect.poll(() => page.url()).toContain('model=router-mf-1')
    expect(await page.getByLabel('Decided by').inputValue()).toBe('router-mf-1')
    await page.goBack()
    await page.goto(`${served.url}/playground?model=policy-frugal&needs=image`)
    await prompt(page).fill(proof)
    await expect.poll(chosen).toBe('gpt-5')
    expect(page.url()).not.toContain('primes')

    await page.keyboard.press('Control+Enter')
    const answers = page.locator('.answer')
    await expect.poll(() => answers.getByText(/^done in/).count()).toBe(2)
    await answers.getByText('no model was called').first().waitFor()
    await answers
      .getByText(/\$0\.0\d+/)
      .first()
      .waitFor()
    expect(await findAxeProblems(page)).toEqual([])
    await answers.nth(1).getByRole('button', { name: 'This one is better' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Kept as feedback: better than the others.').waitFor()
    const id = ((await answers.nth(1).getByRole('link', { name: 'trace' }).getAttribute('href')) ?? '')
      .split('/')
      .at(-1)
    const kept = await fetch(`${served.url}/admin/api/requests/${id}`, {
      headers: { authorization: `Bearer ${served.token}` },
    })
    const request = (await kept.json()) as RequestAnswer
    expect(request).toMatchObject({ model: 'gpt-5-mini', policy: null, tags: ['playground'] })
    expect(JSON.parse(String(request.text?.request.text))).toMatchObject({
      messages: [{ role: 'user', content: proof }],
    })

    await answers.first().getByRole('button', { name: 'Continue with it' }).press('Enter')
    await expect.poll(() => page.locator('textarea').count()).toBe(4)
    await prompt(page).and(page.locator(':focus')).waitFor()
    await page.keyboard.type('And modulo 3?')
    await expect.poll(() => prompt(page).inputValue()).toBe('And modulo 3?')
    // The draft outlives the view, but not the page.
    await page.keyboard.press('Escape')
    for (const key of ['g', 'o']) await page.keyboard.press(key)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    for (const key of ['g', 'p']) await page.keyboard.press(key)
    await expect.poll(() => prompt(page).inputValue()).toBe('And modulo 3?')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a failure of one side leaves the other alone, and Stop aborts its upstream', async () => {
    const half = `${hostileTexts.markup} ${hostileTexts.direction}`
    upstream.answer((request) => {
      const { model } = JSON.parse(String(request.body)) as { model: string }
      if (model === 'small') json({ error: { message: `no ${hostileTexts.markup}` } }, 401)(request)
      else streamAndHold(event(chunk({ content: half })))(request)
    })
    const { page, complaints, context } = await enter(keyed)
    await prompt(page).fill(proof)
    await page.locator('.decided').waitFor()
    await page.keyboard.press('Control+Enter')
    const [big, small] = [
      page.locator('.answer').filter({ hasText: 'big' }),
      page.locator('.answer').filter({ hasText: 'small' }),
    ]
    await small.getByRole('alert').getByText('<script>').waitFor()
    await big.getByText('U+202E').waitFor()
    expect(await page.evaluate(`document.querySelectorAll('#page img, #page script').length`)).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    const held = upstream.seen.find(({ body }) => String(body).includes('"big"'))!
    expect(held.wasAborted()).toBe(false)
    await page.keyboard.press('Escape')
    await held.closed
    expect(held.wasAborted()).toBe(true)
    await big.getByText('stopped').waitFor()
    await big.getByText('<script>').waitFor()
    upstream.answer(json({ choices: [{ message: { content: 'now it works' } }] }))
    await small.getByRole('button', { name: 'Try again' }).click()
    await small.getByText('now it works').waitFor()
    await small.getByRole('button', { name: 'A good answer' }).click()
    await small.getByRole('alert').getByText('keeps no requests').waitFor()
    expect(complaints.filter((complaint) => !/status of (401|404)/.test(complaint))).toEqual([])
    await context.close()
  })

  it('a prompt of more than a megabyte is not sent, and the page goes on', async () => {
    const { page, complaints, context } = await enter(served)
    await prompt(page).fill('x '.repeat(1 << 19))
    await page.getByRole('alert').getByText('the playground takes at most 1,048,576').waitFor()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => page.locator('.answer').getByText('takes at most').count()).toBe(2)
    await page.getByText('1,048,576 characters').waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter')
    await page.locator('textarea:focus').waitFor()
    await prompt(page).fill('word '.repeat(100_000))
    await page.locator('.decided').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
