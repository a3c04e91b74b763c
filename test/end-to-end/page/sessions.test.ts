import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enterPage, findViewProblems, launchBrowser } from '../../support/page/browser.ts'
import { createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { createHostileSession, createLongSession } from '../../support/page/realistic-sessions.ts'
import { type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'
import { requestEntry } from '../../support/store/entries.ts'

const until = Date.now() - 120_000
const hostile = createHostileSession(until - 60_000)
const long = createLongSession(until - 3_600_000, 1000)
// Axe takes long for a thousand turns.
const short = createLongSession(until - 9_000_000, 40, 'short-session')
const dots = ['.', '..', '~']
const dotted = dots.map((session, index) =>
  requestEntry(`rllm-dots-${index}`, { session, time: until - 1000 * index }),
)
const entries = createRealisticRequests({ count: 400, until: until - 7_200_000, days: 5 })

describeWith(await requirement('chromium'), 'the view of sessions', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage([...entries, ...short, ...long, ...hostile, ...dotted])
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const hostilePath = `/sessions/${encodeURIComponent(hostile[0]!.session ?? '')}`

  it.each([
    ['/sessions', '.strip'],
    ['/sessions/short-session?turn=11', '.turn'],
    [hostilePath, '.turn'],
  ])('%s in both schemes and widths: whole, accessible, and without a complaint', async (path, ready) => {
    expect(await findViewProblems(browser, served, path, ready)).toEqual([])
  })

  it('the keyboard alone opens a session, goes along its turns, and opens a trace', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/sessions?order=longest')
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Session long-session' }).waitFor()
    expect(page.url()).toContain('/sessions/long-session?order=longest')
    await page.locator('.lane-scroll rect.turn').first().waitFor()
    expect(await page.locator('.lane-scroll rect.turn').count()).toBe(1000)
    for (const key of ['ArrowRight', 'j', 'k', 'End', 'ArrowLeft']) await page.keyboard.press(key)
    await page.getByRole('heading', { name: 'Turn 999' }).waitFor()
    expect(page.url()).toContain('turn=999')
    await page.keyboard.press('Enter')
    await page.locator('.waterfall').waitFor()
    expect(page.url()).toContain(`/requests/${long[998]?.id}`)
    await page.goBack()
    await page.getByRole('heading', { name: 'Turn 999' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('tbody tr').first().waitFor()
    expect(page.url()).toBe(`${served.url}/sessions?order=longest`)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('finds a session by its id, says what a switch has cost, and what to do if nothing is found', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/sessions')
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('long-')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await page.goto(`${served.url}/sessions/long-session`)
    const first = page.locator('.card', { hasText: 'Tokens read anew' }).locator('tbody tr').first()
    // 2,360 tokens at 1.25 less .125 dollars a million.
    await expect
      .poll(() => first.innerText())
      .toMatch(/11\s+gpt-5-mini → gpt-5\s+the policy halves\s+0\.700, 0\.450\s+2,360\s+\$0\.0027/)
    await first.getByRole('button').click()
    await page.getByText('Turn 11', { exact: true }).waitFor()
    await page.goto(`${served.url}/sessions?key=nobody`)
    await page.getByText('No sessions match.').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.locator('tbody tr').first().waitFor()
    await page.goto(`${served.url}/sessions/unknown`)
    await page.getByRole('alert').getByText('The store has no session "unknown"').waitFor()
    expect(complaints.filter((each) => !each.includes('404'))).toEqual([])
    await context.close()
  })

  it('a session with hostile characters is found by the link of the list', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/sessions')
    await page.locator('tbody tr', { hasText: 'U+202E' }).getByRole('link').first().click()
    await page.getByText('Turn 1', { exact: true }).waitFor()
    expect(await page.evaluate(`document.querySelectorAll('#page img, #page script').length`)).toBe(0)
    await page.getByRole('link', { name: 'Its requests' }).click()
    await expect.poll(() => page.locator('tbody tr').count()).toBe(hostile.length)
    // Browsers take these for other paths, however they are escaped.
    for (const id of dots) {
      await page.goto(`${served.url}/sessions`)
      await page
        .getByRole('row')
        .filter({ has: page.getByText(id, { exact: true }) })
        .getByRole('link')
        .click()
      await page.getByRole('heading', { name: `Session ${id}`, exact: true }).waitFor()
      await page.getByText('Turn 1', { exact: true }).waitFor()
    }
    expect(complaints).toEqual([])
    await context.close()
  })
})
