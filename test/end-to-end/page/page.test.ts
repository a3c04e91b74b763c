import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  enterPage,
  findAxeProblems,
  findViewProblems,
  launchBrowser,
  openPage,
  type PageOptions,
} from '../../support/page/browser.ts'
import { createHostileRequest, createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'
import { project } from '../../support/run-program.ts'

const until = Date.now() - 120_000
const entries = createRealisticRequests({ count: 1000, until, days: 6, withText: true })
const hostile = createHostileRequest(until + 1000)

describeWith(await requirement('chromium'), 'the page', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage([...entries, hostile])
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const enter = (path: string, options?: PageOptions) => enterPage(browser, served, path, options)

  it('opens by the link that serve prints, once; then it says how to get in', async () => {
    const { page, complaints, context } = await openPage(browser)
    await page.goto(served.adminUrl)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(page.url()).toBe(`${served.url}/`)
    expect(complaints).toEqual([])
    await context.clearCookies()
    await page.goto(served.adminUrl)
    await page.getByText('That link is not right, was used before').waitFor()
    await page.getByLabel('Link, code or token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('code or token is not right').waitFor()
    await page.getByLabel('Link, code or token').fill(served.token)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(page.url()).toBe(`${served.url}/`)
    await context.close()
  })

  const views = [
    ['/', '.saving .figure'],
    ['/requests', 'tbody tr'],
    [`/requests/${entries.find(({ fallback }) => fallback !== null)?.id}`, '.waterfall'],
    [`/requests/${hostile.id}`, '.waterfall'],
  ] as const

  it.each(views)(
    '%s in both schemes and widths: whole, accessible, and without a complaint',
    async (path, ready) => {
      expect(await findViewProblems(browser, served, path, ready)).toEqual([])
    },
  )

  it('has the session, the policies of the curve and the code of its view with the document, each once', async () => {
    for (const path of ['/', '/curve', `/requests/${hostile.id}`]) {
      const { page, complaints, context } = await enter(path)
      await page.locator('main h1').waitFor()
      const asked = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => /\/session$|\/policies$|\/view-/.test(name))
          .map((entry) => [
            new URL(entry.name).pathname.replace(/(view-[a-z]+)-.*/, '$1'),
            (entry as PerformanceResourceTiming).initiatorType,
          ]),
      )
      const view = `/assets/view-${path.split('/')[1] || 'overview'}`
      expect(asked.toSorted()).toEqual([
        ...(path === '/curve' ? [['/admin/api/curve/policies', 'link']] : []),
        ['/admin/api/session', 'link'],
        [view, expect.any(String)],
      ])
      expect(complaints).toEqual([])
      await context.close()
    }
  })

  it('says that the server is gone, in words of its own', async () => {
    const { page, context } = await enter('/keys')
    await page.route('**/admin/api/overview?*', (route) => route.abort())
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.getByRole('alert').getByText('There is no connection to the server.').first().waitFor()
    await context.close()
  })

  it('shows what routing saves, and the filters are in the address', async () => {
    const { page, complaints, context } = await enter('/')
    await expect
      .poll(() => page.locator('.saving .figure').textContent())
      .toMatch(/^\$\d+\.\d\d \(.+ to .+\)$/)
    await page.getByText('1,001', { exact: true }).waitFor()
    await page.getByLabel('Key', { exact: true }).selectOption('web')
    await expect.poll(() => page.url()).toContain('key=web')
    const ofWeb = entries.filter(({ key }) => key === 'web').length
    await page.getByText(String(ofWeb), { exact: true }).first().waitFor()
    await page.goBack()
    await page.getByText('1,001', { exact: true }).waitFor()
    await page.goto(`${served.url}/?from=2020-01-01&to=2020-01-02`)
    await page.getByText('No requests in this time.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a row is a card on a phone, with its cost in sight, and a table where it fits', async () => {
    const { page, context } = await enter('/requests')
    const frame = page.locator('.table-frame:has(table.requests)')
    const cost = frame.locator('tbody tr').first().locator('.place-end')
    for (const [width, isCards] of [
      [390, true],
      [768, true],
      [1920, false],
      [390, true],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await expect.poll(() => frame.getAttribute('data-cards')).toBe(isCards ? '' : null)
      const box = (await cost.boundingBox())!
      expect(box.x + box.width, `at ${width} px`).toBeLessThan(width)
    }
    await context.close()
  })

  it('cards keep their form and their place on the screen while requests come in above them', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/requests?live=1', { width: 390 })
    await page.locator('.dot.watching').waitFor()
    const row = page.locator(
      `tbody tr:has(a[href*="${await page.locator('tbody a[data-row]').nth(30).getAttribute('href')}"])`,
    )
    await row.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    const place = () => row.evaluate((element) => Math.round(element.getBoundingClientRect().top))
    const before = await place()
    const changes = await page.locator('.table-frame:has(table.requests)').evaluateHandle((frame) => {
      const seen: string[] = []
      new MutationObserver((records) =>
        seen.push(...records.map(({ attributeName }) => attributeName!)),
      ).observe(frame, { attributes: true })
      return seen
    })
    const rows = await page.locator('tbody tr').count()
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'one more' }] }),
    })
    const id = reply.headers.get('x-routellm-request-id') ?? ''
    await reply.text()
    await page.locator(`tbody a[href*="${id}"]`).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(rows + 1)
    await expect.poll(async () => Math.abs((await place()) - before)).toBeLessThan(2)
    expect(await changes.jsonValue()).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })

  it('the keyboard alone finds a request, opens it and comes back', async () => {
    const { page, complaints, context } = await enter('/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.locator('tbody tr').first().waitFor()
    const second = await page.locator('tbody tr:nth-child(2) [data-row]').getAttribute('href')
    for (const key of ['j', 'j', 'k', 'j', 'Enter']) await page.keyboard.press(key)
    await page.locator('.waterfall').waitFor()
    expect(page.url()).toBe(`${served.url}${second}`)
    // Esc is a step back: Back does not open again what was left.
    const steps = await page.evaluate('history.length')
    await page.keyboard.press('Escape')
    await page.locator('tbody tr').first().waitFor()
    expect(await page.evaluate('history.length')).toBe(steps)
    // The list goes on from the row that was opened.
    await page.keyboard.press('j')
    const third = await page.locator('tbody tr:nth-child(3) [data-row]').getAttribute('href')
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe(third)
    await page.keyboard.press('l')
    await page.locator('.dot.watching').waitFor()
    await page.keyboard.press('l')
    await page.keyboard.press('/')
    await page.keyboard.type(entries[0]!.session ?? '')
    await page.keyboard.press('Enter')
    const turns = entries.filter(({ session }) => session === entries[0]!.session).length
    await expect.poll(() => page.locator('tbody tr').count()).toBe(turns)

    // Esc leaves the field, so that the next key is none of its text, and what was searched for stays.
    await page.keyboard.press('Escape')
    expect(await page.getByRole('searchbox').inputValue()).toBe(entries[0]!.session)
    expect(await page.locator('tbody tr').count()).toBe(turns)
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Shortcuts', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog').count()).toBe(0)
    const openPalette = async () => {
      await page.keyboard.press('Control+k')
      await page.locator('dialog[open] input:focus').waitFor()
    }
    await openPalette()
    await page.keyboard.type('overv')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await openPalette()
    const first = page.locator('#palette-0')
    // What is chosen stays in view, and so does the field.
    const size = page.viewportSize()!
    await page.setViewportSize({ ...size, height: 400 })
    const visible = async (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const { left, top, bottom } = element.getBoundingClientRect()
        return [top + 1, bottom - 2].every((y) => element.contains(document.elementFromPoint(left + 20, y)))
      })
    const count = await page.locator('dialog[open] [role="option"]').count()
    for (const key of ['ArrowDown', 'ArrowUp'])
      for (let index = 1; index < count; index++) {
        await page.keyboard.press(key)
        expect(await visible('dialog[open] [aria-selected="true"]')).toBe(true)
        expect(await visible('dialog[open] input')).toBe(true)
      }
    await page.setViewportSize(size)
    await page.keyboard.type('zzz')
    await page.getByText('Nothing is called that.').waitFor()
    expect(await first.isVisible()).toBe(false)
    expect(await findAxeProblems(page)).toEqual([])
    const options = page.locator('dialog[open] [role="option"]')
    for (const [words, title] of [
      ['failed', 'Show failed requests'],
      ['new', 'Make a key'],
      ['undo', 'Roll back or promote a version of a policy'],
    ] as const) {
      await page.locator('dialog[open] input').fill(words)
      await expect.poll(() => options.allInnerTexts()).toEqual([title])
    }
    await page.locator('dialog[open] input').fill('frugal')
    await expect.poll(() => first.innerText()).toBe('Requests of the policy frugal')
    await page.locator('dialog[open] input').fill(entries[0]!.session!)
    await expect.poll(() => first.innerText()).toBe(`Look for the session ${entries[0]!.session}`)
    await page.locator('dialog[open] input').fill(entries[5]!.id)
    await expect.poll(() => first.innerText()).toBe(`Look for the request ${entries[5]!.id}`)
    await page.keyboard.press('Enter')
    await page.locator('.waterfall').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Shortcuts', exact: true }).waitFor()
    // The keys of the open view, and those of all.
    const help = page.locator('dialog[open]')
    await help.getByText('All requests').waitFor()
    await help.getByText('Open Sessions').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a hidden page gives up its place in the live tail, and has what it missed once it is seen again', async () => {
    const { page, context } = await enter('/requests?live=1')
    await page.locator('.dot.watching').waitFor()
    const show = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    const closed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/live'))
    await show(true)
    await closed
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'a missed question' }] }),
    })
    await reply.text()
    // Its answer has what was kept until now, as the list has from then on.
    await page.request.get(`${served.url}/admin/api/keys/usage`)
    await show(false)
    const id = reply.headers.get('x-routellm-request-id') ?? ''
    await page.locator(`tbody a[href*="${id}"]`).waitFor()
    await context.close()
  })

  it('a request appears in the live tail, and another policy decides it again', async () => {
    const { page, complaints, context } = await enter('/requests?live=1')
    await page.locator('.dot.watching').waitFor()
    const reply = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ model: 'auto', stream: true },
        messages: [{ role: 'user', content: 'a live question' }],
      }),
    })
    const events = await reply.text()
    const id = reply.headers.get('x-routellm-request-id') ?? ''
    await page.locator(`tbody tr:first-child a[href*="${id}"]`).click()
    await page.locator('section.whole').first().getByText('a live question').waitFor()
    // What the client got is shown as text, and the events behind it.
    const answer = page.getByRole('region', { name: 'Answer', exact: true })
    const first = /"content":"([^"\\]+)"/.exec(events)?.[1] ?? ''
    await answer.getByText(first.trim()).waitFor()
    expect(await answer.innerText()).not.toContain('data:')
    await page.getByText('The events that the client received').click()
    await page.getByRole('region', { name: 'Body of the answer' }).getByText('data: {').first().waitFor()
    await page.getByText(/^Score 0\.\d{3} is (above|below) the threshold 0\.450 → /).waitFor()
    await page.getByRole('button', { name: 'What moved the score' }).click()
    await page.getByText('effect on the log-odds').waitFor()
    const whatIf = page.getByRole('region', { name: 'What if' })
    await whatIf.getByRole('button', { name: 'Decide', exact: true }).click()
    await whatIf.getByRole('columnheader', { name: 'Expected cost' }).waitFor()
    const costs = whatIf.locator('tbody td:nth-child(3)')
    expect(await costs.allInnerTexts()).toEqual([expect.stringMatching(/^\$/), expect.stringMatching(/^\$/)])
    const picker = whatIf.getByLabel('Decided by')
    expect(await picker.locator('option').allInnerTexts()).toEqual(
      expect.arrayContaining(['auto', 'policy-frugal', 'gpt-5']),
    )
    const decide = whatIf.getByRole('button', { name: 'Decide', exact: true })
    await picker.selectOption('gpt-5')
    await decide.click()
    await whatIf.getByText(/The request names gpt-5 itself/).waitFor()
    await picker.selectOption('policy-frugal')
    await decide.click()
    await whatIf.getByText(/would answer (again|instead)/).waitFor()
    await whatIf.getByLabel('Threshold as a number').fill('0')
    await whatIf.getByText('is above the threshold 0.000').waitFor()
    await expect.poll(() => picker.inputValue()).toBe('router-mf-0')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('hostile text shows as text, and what nobody would see by its code', async () => {
    const { page, complaints, context } = await enter(`/requests/${hostile.id}`)
    await page.locator('.waterfall').waitFor()
    for (const path of [null, '/requests', '/']) {
      if (path !== null) await page.goto(served.url + path)
      await page.locator('bdi').getByText('mmmmmmmm').first().waitFor()
      expect(await page.title()).toContain('routellm')
      const made = await page.evaluate(`document.querySelectorAll('#page img, #page script').length`)
      expect(made).toBe(0)
      const text = await page.locator('#page').innerText()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/)
    }
    await page.goto(`${served.url}/requests/${hostile.id}`)
    await page.getByText('U+202E').first().waitFor()
    const body = page.locator('section.whole').first()
    expect((await body.innerText()).length).toBeLessThan(6000)
    await body.getByRole('button', { name: /^Show all 1,04\d,\d{3} characters$/ }).click()
    await body.getByRole('button', { name: 'Show less' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})

it('the page weighs at most 120 KB compressed', async () => {
  const folder = join(project, 'dist', 'web')
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.gz'))
  expect(names.length).toBeGreaterThan(3)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000)
})
