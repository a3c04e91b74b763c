import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatWattHours } from '../../../src/base/text/format/format-energy.ts'
import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { enterPage, launchBrowser } from '../../support/page/browser.ts'
import { createHostileRequest, createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const until = Date.now() - 120_000
const entries = [
  ...createRealisticRequests({ count: 600, until, days: 6 }),
  createHostileRequest(until + 1000),
]

const config = realisticConfig
  .replace(
    'outputUsdPerMillionTokens: 10 }',
    `outputUsdPerMillionTokens: 10, ${energyOf(300, 'measured in a <b>room</b>')} }`,
  )
  .replace('outputUsdPerMillionTokens: 2 }', `outputUsdPerMillionTokens: 2, ${energyOf(30, 'the maker')} }`)

function energyOf(wattHours: number, source: string): string {
  return `energy: { wattHoursPerMillionOutputTokens: ${wattHours}, source: "${source}" }`
}

describeWith(await requirement('chromium'), 'the overview', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage(entries, { config })
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

  it('says what failed by status, and leads to these requests', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    const card = page.getByRole('region', { name: 'What failed' })
    const count = (wanted: (entry: RequestEntry) => boolean) => String(entries.filter(wanted).length)
    const rowOf = (text: string) => card.locator('tbody tr').filter({ hasText: text }).locator('td')
    await rowOf('504, the provider was too late').first().waitFor()
    expect(await rowOf('504,').allInnerTexts()).toContain(count(({ status }) => status === 504))
    const late = rowOf('the chosen model was too late')
    const isLate = ({ fallback, status }: RequestEntry) => fallback === 'upstream-timeout' && status < 400
    expect((await late.allInnerTexts()).slice(1, 3)).toEqual(['rescued', count(isLate)])
    await card.getByRole('link', { name: '504,' }).click()
    await page.locator('tbody tr').first().waitFor()
    expect(await page.locator('tbody td.bad').allInnerTexts()).toEqual(
      entries.filter(({ status }) => status === 504).map(() => '504'),
    )
    // The totals do not tell the statuses of a policy apart.
    await page.goto(`${served.url}/?policy=halves`)
    const ofPolicy = count(({ status, policy }) => status >= 400 && policy === 'halves')
    await card.getByRole('link', { name: `${ofPolicy} failed`, exact: true }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('prints without the navigation, in light colours', async () => {
    const { page, context } = await enterPage(browser, served, '/', { scheme: 'dark' })
    await page.locator('.energy .figure').waitFor()
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.locator('.navigation').isVisible()).toBe(false)
    const colour = await page
      .locator('.card')
      .first()
      .evaluate((card) => getComputedStyle(card).backgroundColor)
    expect(colour).toBe('rgb(255, 255, 255)')
    await context.close()
  })

  it('says what the answers have used of energy, against the chosen baseline, and who says so', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    const card = page.locator('.energy')
    const counted = entries.filter(({ model }) => model === 'gpt-5' || model === 'gpt-5-mini')
    const wattHours = counted.reduce(
      (sum, { model, tokens }) => sum + ((tokens?.output ?? 0) / 1e6) * (model === 'gpt-5' ? 300 : 30),
      0,
    )
    const bounds = formatWattHours({ low: 1.09 * wattHours, high: 1.56 * wattHours })
    await card.locator('.figure').getByText(bounds).waitFor()
    await card.getByText('less than gpt-5 alone').waitFor()
    await card.getByText(/Not counted: .* of the completion tokens, from .*llama3\.1/).waitFor()
    await card.locator('summary').focus()
    await page.keyboard.press('Enter')
    await card.getByText('gpt-5: measured in a <b>room</b>').waitFor()
    await page.getByLabel('against').selectOption('gpt-5-mini')
    await card.getByText(/ Wh more than gpt-5-mini alone would have used, and .* g more CO₂$/).waitFor()
    expect(await card.innerText()).not.toContain('−')
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
