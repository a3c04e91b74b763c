import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enterPage, launchBrowser } from '../../support/page/browser.ts'
import { createHostileRequest, createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const until = Date.now() - 120_000
const entries = [
  ...createRealisticRequests({ count: 600, until, days: 6 }),
  createHostileRequest(until + 1000),
]

describeWith(await requirement('chromium'), 'the overview', (chromium) => {
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

  it('shows dollars and failures over time, and leads to the requests that failed', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    const failed = entries.filter(({ status }) => status >= 400).length
    const card = page.locator('.over-time .card').filter({ hasText: 'Failed and rescued' })
    await card.getByText(`${failed} failed`).waitFor()
    await card.getByRole('link', { name: 'Show the failed requests' }).click()
    await page.locator('tbody tr').first().waitFor()
    expect(page.url()).toContain('status=error')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('uses the width of a large screen', async () => {
    const { page, context } = await enterPage(browser, served, '/', { width: 2560 })
    const cards = page.locator('.over-time .card')
    await cards.first().waitFor()
    const boxes = await cards.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()))
    expect(boxes[0].top).toBe(boxes[1].top)
    expect(boxes[1].right).toBeGreaterThan(2300)
    await context.close()
  })
})
