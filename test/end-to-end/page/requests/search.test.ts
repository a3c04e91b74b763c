import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PromptsAnswer, SearchAnswer } from '../../../../src/server/admin/api/request-texts.ts'
import { enterPage, findAxeProblems, launchBrowser } from '../../../support/page/browser.ts'
import { createRealisticRequests, hostileTexts } from '../../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../../support/page/served-page.ts'
import { describeWith, requirement } from '../../../support/requirement.ts'
import { requestEntry } from '../../../support/store/entries.ts'

const until = Date.now() - 120_000
const body = (value: unknown) => {
  const text = JSON.stringify(value)
  return { text, totalBytes: text.length, isCut: false }
}
const asked = (id: string, content: string, age: number) =>
  requestEntry(id, {
    time: until - age,
    session: 'talk-of-kayaks',
    text: {
      request: body({ model: 'auto', messages: [{ role: 'user', content }] }),
      response: body({ choices: [{ index: 0, message: { role: 'assistant', content: 'A paddle.' } }] }),
    },
  })
const realistic = createRealisticRequests({ count: 300, until: until - 60_000, days: 5, withText: true })
const entries = [
  ...realistic,
  asked('rllm-kayak-1', 'Which KAYAK is\n the fastest?', 3000),
  asked(
    'rllm-kayak-2',
    `a kayak <img src=x onerror="document.title='hacked'"> ${hostileTexts.direction}`,
    2000,
  ),
]
/** Many pages: each call finds at most one. */
const one = { from: 0, limit: 1 }

describeWith(await requirement('chromium'), 'the search in texts', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage(entries)
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const enter = (path: string, width = 1280) => enterPage(browser, served, path, { width })
  const post = async (path: string, data: object) => {
    const response = await fetch(`${served.url}/admin/api${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(data),
    })
    return { status: response.status, body: await response.json() }
  }

  /** Of all pages. */
  const findAll = async (data: object) => {
    const ids: string[] = []
    let next: object | null = {}
    while (next !== null) {
      const found = (await post('/requests/search', { ...data, ...next })).body as SearchAnswer
      ids.push(...found.requests.map(({ id }) => id))
      next = found.next === null ? null : { before: found.next }
    }
    return ids
  }

  it('the API finds what was asked, call by call, and refuses what it cannot search for', async () => {
    const first = (await post('/requests/search', { ...one, text: 'Kayak' })).body as SearchAnswer
    expect(first).toMatchObject({ isSession: false, kept: 'full', searchedTo: until - 2000 })
    expect(first.requests.map(({ id }) => id)).toEqual(['rllm-kayak-2'])
    const next = (await post('/requests/search', { ...one, text: 'Kayak', before: first.next })).body
    expect(next.requests).toMatchObject([{ id: 'rllm-kayak-1', passage: 'Which KAYAK is the fastest?' }])
    expect(await findAll({ text: 'Kayak', before: next.next })).toEqual([])
    const ofKey = { key: 'nobody', text: 'kayak' }
    expect((await post('/requests/search', ofKey)).body).toMatchObject({ requests: [], texts: 0, next: null })
    expect((await post('/requests/search', { text: 'talk-of-kayaks' })).body.isSession).toBe(true)
    expect(await findAll({ text: 'paddle' })).toEqual([])
    expect(await findAll({ text: 'paddle', whole: true })).toEqual(['rllm-kayak-2', 'rllm-kayak-1'])
    const { prompts } = (await post('/requests/prompts', { ids: ['rllm-kayak-1'] })).body as PromptsAnswer
    expect(prompts).toEqual([{ id: 'rllm-kayak-1', prompt: 'Which KAYAK is the fastest?' }])
    for (const [path, data, param] of [
      ['search', { text: '' }, 'text'],
      ['search', { text: 'a'.repeat(1001) }, 'text'],
      ['search', { text: 'a', limit: 1000 }, 'limit'],
      ['prompts', { ids: [] }, 'ids'],
    ] as const)
      expect(await post(`/requests/${path}`, data)).toMatchObject({ status: 400, body: { error: { param } } })
  })

  it('rows show what was asked, and hostile text as text', async () => {
    const { page, complaints, context } = await enter('/requests')
    const row = (id: string) => page.locator(`tr:has(a[href*="${id}"]) td.prompt`)
    await row('rllm-kayak-1').getByText('Which KAYAK is the fastest?').waitFor()
    await row('rllm-kayak-2').getByText('U+202E').waitFor()
    expect(await page.locator('#page img').count()).toBe(0)
    expect(await page.title()).not.toContain('hacked')
    // One line, however long it is, and within the row.
    const box = (await row('rllm-kayak-2').boundingBox())!
    expect(box.height).toBeLessThan(32)
    expect(box.x + box.width).toBeLessThan(1280)
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('finds by the keyboard alone, and leads back; %s, %i px', async (scheme, width) => {
    const { page, complaints, context } = await enterPage(browser, served, '/requests', { scheme, width })
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('kayak')
    await page.keyboard.press('Enter')
    await page
      .getByRole('status')
      .getByText(/^2 found in 30\d texts: all/)
      .waitFor()
    const links = page.locator('tbody a[data-row]')
    expect(await links.count()).toBe(2)
    expect(await findAxeProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    // Prompts are confidential: the address has a name that stands for the text.
    expect(page.url()).toMatch(/\/requests\?search=\w+$/)
    expect(page.url()).not.toContain('kayak')
    await page.keyboard.press('Escape')
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key)
    await page.locator('.waterfall').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => links.count()).toBe(2)
    expect(await page.getByLabel('Text of prompts').inputValue()).toBe('kayak')
    await page.keyboard.press('?')
    await page.locator('dialog[open]').getByText('Stop the search').waitFor()
    await page.keyboard.press('Escape')
    await page.getByLabel('whole conversations').check()
    await expect.poll(() => page.url()).toContain('whole=1')
    await page.keyboard.press('/')
    await page.getByLabel('Text of prompts').fill('nobody asked this')
    await page.keyboard.press('Enter')
    await page.getByText('No text has this.').waitFor()
    await page.reload()
    await page.getByText('What was searched for is in no address').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('searches on until a page is full, says how far, and Esc stops it', async () => {
    const { page, complaints, context } = await enter('/requests?range=30d')
    let answered = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    // Each call finds at most two; the fourth waits.
    await page.route('**/admin/api/requests/search', async (route) => {
      if (++answered === 4) await held
      const sent = route.request().postDataJSON()
      const data = JSON.stringify({ ...sent, limit: Math.min(2, sent.limit) })
      await route.continue({ postData: data }).catch(() => undefined)
    })
    const field = page.getByLabel('Text of prompts')
    await field.fill('the')
    await page.keyboard.press('Enter')
    await page.getByText(/^6 found in \d+ texts, searched back to .+ …$/).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(6)
    await page.keyboard.press('Escape')
    await page
      .getByRole('status')
      .getByText(/^Stopped: 6 found/)
      .waitFor()
    expect(await field.inputValue()).toBe('the')
    release()
    await page.getByRole('button', { name: 'Search on' }).click()
    await page
      .getByRole('status')
      .getByText(/^56 found in \d+ texts, searched back to .+\d\.$/)
      .waitFor()
    const ids = await page
      .locator('tbody a[data-row]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(new Set(ids).size).toBe(56)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a live row has its prompt too', async () => {
    const { page, complaints, context } = await enter('/requests?live=1')
    await page.locator('.dot.watching').waitFor()
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'a question of now' }] }),
    })
    await reply.text()
    await page.locator('tbody tr:first-child td.prompt').getByText('a question of now').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('says that no text is kept, and that it is redacted', async () => {
    const without = realistic.slice(0, 5).map((entry) => ({ ...entry, text: null }))
    for (const [text, kept, said] of [
      ['none', without, 'keeps that of later requests'],
      ['redacted', entries, 'Texts are kept redacted'],
    ] as const) {
      const config = realisticConfig.replace('text: full', `text: ${text}`)
      const other = await servePage(kept, { config })
      const { page, context } = await enterPage(browser, other, '/requests')
      await page.getByLabel('Text of prompts').fill('kayak')
      await page.keyboard.press('Enter')
      await page.getByText(said).waitFor()
      await context.close()
      await other.stop()
    }
  })
})
