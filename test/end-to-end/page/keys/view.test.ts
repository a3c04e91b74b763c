import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enterPage, findViewProblems, launchBrowser } from '../../../support/page/browser.ts'
import { createHostileRequest, createRealisticRequests } from '../../../support/page/realistic-requests.ts'
import { type ServedPage, servePage } from '../../../support/page/served-page.ts'
import { describeWith, requirement } from '../../../support/requirement.ts'

const chromium = await requirement('chromium')
const until = Date.now() - 60_000
const hostile = createHostileRequest(until)
const entries = [...createRealisticRequests({ count: 800, until, days: 30 }), hostile]

describeWith(chromium, 'the keys of the page', (executable) => {
  let browser: Browser
  let served: ServedPage
  beforeAll(async () => {
    served = await servePage(entries)
    browser = await launchBrowser(executable)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const chat = async (key: string) => {
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }] }),
    })
    await response.text()
    return response.status
  }

  const makeKey = async (name: string) => {
    const headers = { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' }
    const { revision } = await (await fetch(`${served.url}/admin/api/keys`, { headers })).json()
    const body = JSON.stringify({ name, revision, settings: {} })
    const made = await fetch(`${served.url}/admin/api/keys`, { method: 'POST', headers, body })
    return ((await made.json()) as { key: string }).key
  }

  it('makes a key with a budget, limits it and revokes it, by the keyboard alone', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await press('g', 'k')
    await page.getByText('No client needs a key.').waitFor()
    await press('n')
    await page.locator('input[required]:focus').waitFor()
    await page.getByText('all, as long as none is ticked').first().waitFor()
    await page.keyboard.type('app')
    await press('Tab')
    await page.keyboard.type('0.5')
    await press('Enter')
    await page.getByRole('dialog').getByText('It is the first key.').waitFor()
    await press('Enter')
    await page.getByText('Copy it now').waitFor()
    const key = (await page.locator('.copyable pre').first().textContent()) ?? ''
    expect(key).toMatch(/^rllm-/)
    expect(await chat('another-key-of-nobody')).toBe(401)
    expect(await chat(key)).toBe(200)

    await press('g', 'k')
    await page.locator('table.keys').getByText('of $0.50').waitFor()
    await page
      .locator('table.keys')
      .getByText(/^\$0\.\d+ today$/)
      .waitFor()
    await press('j', 'Enter')
    await page.getByText('$0.50 a day').waitFor()
    const today = page.locator('.figures .card', { hasText: 'Today' }).first()
    await today.getByText('1 request,').waitFor()
    // Nobody reads again: the page follows what finishes.
    expect(await chat(key)).toBe(200)
    await today.getByText('2 requests,').waitFor({ timeout: 10_000 })
    // The first field has the focus.
    await press('e', 'ControlOrMeta+a')
    await page.keyboard.type('0.0000001')
    await press('Enter')
    await page.getByRole('dialog').getByText('$0.50 a day').waitFor()
    await press('Enter')
    await page.getByText('The limits of the key "app" hold from now on.').waitFor()
    expect(await chat(key)).toBe(429)

    await page.getByRole('button', { name: 'Revoke …' }).focus()
    await press('Enter')
    await page.getByRole('dialog').getByText('It is the last key.').waitFor()
    await press('Enter')
    await page.getByText('It was the last key, so no client needs one').waitFor()
    expect(await chat(key)).toBe(401)
    expect(await chat('another-key-of-nobody')).toBe(200)
    const card = (name: string) => page.locator('.figures .card', { hasText: name })
    await card('Key').getByText('revoked').waitFor()
    await card('Refused today').getByText('1 over a limit (429)').waitFor()
    expect(await page.getByText('not limited').count()).toBe(0)
    await page.reload()
    await card('Refused today').getByText('Refused after it was revoked (401): 1 request,').waitFor()
    await page.getByText('No client needs a key now: requests without one are served.').first().waitFor()
    await page
      .locator('h1 .tag')
      .getByText(/^revoked \w/)
      .waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('says beside a field what is wrong while one types, and sends nothing until it is right', async () => {
    await makeKey('typed')
    const { page, complaints, context } = await enterPage(browser, served, '/keys/typed')
    await page.getByRole('button', { name: 'Change the limits' }).waitFor()
    await page.keyboard.press('e')
    const field = (label: string) => page.getByLabel(label)
    expect(await field('Daily budget').evaluate((input) => input === document.activeElement)).toBe(true)
    const refused = [
      ['Daily budget', '1,5', '"1,5" has a comma: write 1.5', '1.5'],
      ['Monthly budget', '-1', '-1 is too small: at least 0', '$ 20'],
      ['Requests a minute', 'abc', '"abc" is not a number: write one such as 60', '60'],
      ['Tokens a minute', '0.5', '0.5 is too small: at least 1', ''],
      ['Region', 'eu, us', 'must have no comma: one region only', ''],
    ] as const
    for (const [label, wrong, problem, right] of refused) {
      await field(label).fill(wrong)
      await page.getByText(problem).waitFor()
      expect(await field(label).getAttribute('aria-invalid')).toBe('true')
      await page.getByLabel('Tags').focus()
      await page.keyboard.press('Enter')
      expect(await page.getByRole('dialog').count()).toBe(0)
      expect(await field(label).evaluate((input) => input === document.activeElement)).toBe(true)
      await field(label).fill(right)
      await page.getByText(problem).waitFor({ state: 'detached' })
      expect(await field(label).getAttribute('aria-invalid')).toBe('false')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('$1.50 a day; $20.00 a month; 60 requests a minute').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    // The first Esc leaves the field, the second one the form.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByText('None. It may use all models').waitFor()
    await page.goto(`${served.url}/keys?new`)
    await page.getByLabel('Name').fill('my key')
    await page.getByText('the name "my key" must have').waitFor()
    await page.keyboard.press('Enter')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows new figures under steady traffic, also if another request ends while they are read', async () => {
    const key = await makeKey('steady')
    const { page, context } = await enterPage(browser, served, '/keys/steady')
    const today = page.locator('.figures .card', { hasText: 'Today' }).first()
    await today.getByText('0 requests,').waitFor()
    const cancelled: string[] = []
    page.on('requestfailed', (request) => cancelled.push(request.url()))
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/admin/api/keys/usage**', async (route) => {
      await released
      await route.continue()
    })
    for (const _ of [1, 2]) {
      const read = page.waitForResponse((response) => response.url().includes('/keys/cost'))
      expect(await chat(key)).toBe(200)
      await read
    }
    expect(cancelled).toEqual([])
    release()
    await today.getByText('2 requests,').waitFor()
    await context.close()
  })

  it('says that it is not live if too many pages watch, and is live as soon as there is a place', async () => {
    const key = await makeKey('crowded')
    const headers = { authorization: `Bearer ${served.token}` }
    const watchers = Array.from({ length: 16 }, () => new AbortController())
    for (const { signal } of watchers)
      expect((await fetch(`${served.url}/admin/api/live`, { headers, signal })).status).toBe(200)
    const { page, context } = await enterPage(browser, served, '/keys/crowded')
    await page.getByText('Not live:').waitFor()
    await page.goto(`${served.url}/keys`)
    await page.getByText('Not live:').waitFor()
    await page.goto(`${served.url}/keys/crowded`)
    await page.getByText('Not live:').waitFor()
    for (const watcher of watchers) watcher.abort()
    await page.getByText('Not live:').waitFor({ state: 'detached' })
    expect(await chat(key)).toBe(200)
    await page.locator('.figures .card', { hasText: 'Today' }).first().getByText('1 request,').waitFor()
    await context.close()
  })

  it('shows what a page that has not seen the last change would do, and changes nothing', async () => {
    const { page, context } = await enterPage(browser, served, '/keys?new')
    await page.getByLabel('Name').fill('late')
    const other = await enterPage(browser, served, '/keys?new')
    await other.page.getByLabel('Name').fill('early')
    await other.page.keyboard.press('Enter')
    await other.page.getByRole('button', { name: 'Make the key', exact: true }).click()
    await other.page.getByText('Copy it now').waitFor()
    await page.getByLabel('Name').press('Enter')
    await page.getByRole('button', { name: 'Make the key', exact: true }).click()
    await page.getByText('The keys were changed meanwhile').waitFor()
    await page.getByRole('button', { name: 'Make the key', exact: true }).click()
    await page.getByText('Copy it now').waitFor()
    // The limits of a key that another page has changed meanwhile: what they were, are and will be.
    const limit = async (at: Page, usd: string) => {
      await at.getByLabel('Daily budget').fill(usd)
      await at.keyboard.press('Enter')
      await at.getByRole('dialog').getByRole('button', { name: 'Change the limits', exact: true }).click()
    }
    for (const each of [page, other.page]) {
      await each.goto(`${served.url}/keys/early`)
      await each.getByRole('button', { name: 'Change the limits' }).click()
    }
    await limit(other.page, '3')
    await other.page.locator('.banner.done').waitFor()
    await limit(page, '2')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Changed elsewhere since you opened this: it had none.').waitFor()
    await dialog.getByText(/^\$3\.00 a day/).waitFor()
    await dialog.getByRole('button', { name: 'Change the limits', exact: true }).click()
    await page.getByText('The limits of the key "early" hold from now on.').waitFor()
    await page.goto(`${served.url}/keys`)
    const revoked = page.locator('table.keys tbody tr', { hasText: 'app' })
    await revoked.getByText(/^revoked \w/).waitFor()
    await context.close()
    await other.context.close()
  })

  it.each([
    ['/keys', 'table.keys tfoot'],
    ['/keys?new', '.key-form'],
    ['/keys/web', '.cost .chart'],
    [`/keys/${encodeURIComponent(hostile.key ?? '')}`, '.cost p'],
  ])('%s is whole, accessible and without a complaint in both schemes and widths', async (path, ready) => {
    expect(await findViewProblems(browser, served, path, ready)).toEqual([])
  })
})
