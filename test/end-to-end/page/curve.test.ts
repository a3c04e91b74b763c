import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CurveAnswer, CurvePoliciesAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import type { KeysAnswer } from '../../../src/server/admin/api/keys/routes.ts'
import { openExistingStore } from '../../../src/store/open-existing.ts'
import { putLabel } from '../../../src/store/records/labels.ts'
import { addVersion } from '../../../src/store/records/versions.ts'
import { lockedRouter } from '../../support/loop/lock-files.ts'
import { enterPage, findAxeProblems, findViewProblems, launchBrowser } from '../../support/page/browser.ts'
import { createHostileRequest, createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const until = Date.now() - 120_000
const entries = createRealisticRequests({ count: 600, until, days: 6, withText: true })
const week = `from=${until - 7 * 86_400_000}&to=${until + 1}`

/** A label of every third request: the strong model is the better one where its win rate says so. */
async function addLabels(folder: string): Promise<void> {
  const db = await openExistingStore(join(folder, '.routellm'), true)
  for (const [index, { id, time, strongWinRate }] of entries.entries())
    if (index % 3 === 0)
      await putLabel(db, {
        ...{ requestId: id, time, source: 'shadow', actor: 'judge', propensity: 0.1 },
        scores: strongWinRate! > 0.5 ? { 'gpt-5': 1, 'gpt-5-mini': 0 } : { 'gpt-5': 0.5, 'gpt-5-mini': 0.5 },
      })
  // A router that was in service before, of which no request has a score.
  const locked = await lockedRouter(folder, 'learned-2026-11-20')
  await addVersion(db, { time: until, policy: 'frugal', locked })
  await db.destroy()
}

describeWith(await requirement('chromium'), 'the view Curve', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    const ofOther = {
      ...entries.find(({ policy }) => policy === 'halves')!,
      id: 'scored-by-bert',
      router: 'bert',
    }
    served = await servePage([...entries, ofOther, createHostileRequest(until)], { prepare: addLabels })
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  async function ask<Answer>(path: string, body?: unknown): Promise<{ status: number; body: Answer }> {
    const response = await fetch(`${served.url}/admin/api${path}`, {
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Answer }
  }

  it('is whole and accessible in both schemes and widths, without a complaint', async () => {
    expect(await findViewProblems(browser, served, '/curve?policy=auto&at=0.6', '.slider')).toEqual([])
  })

  it('its API has the dollars that were paid where the policy decided', async () => {
    const { body: policies } = await ask<CurvePoliciesAnswer>('/curve/policies')
    expect(policies.map(({ name, models }) => [name, models])).toEqual([
      ['auto', ['gpt-5', 'gpt-5-mini']],
      ['frugal', ['gpt-5', 'gpt-5-mini']],
    ])
    const { body: curve } = await ask<CurveAnswer>(`/curve?policy=auto&${week}`)
    const halves = entries.filter(({ policy }) => policy === 'halves')
    expect(curve).toMatchObject({ requests: halves.length, isServedThroughout: true })
    const paid = halves.reduce((sum, { usd }) => sum + (usd ?? 0), 0)
    expect(curve.points[curve.served]).toMatchObject({ setting: 0.45, usd: expect.closeTo(paid, 6) })
    expect(curve.labels.used).toBeGreaterThan(50)
    expect(curve.points[0]!.quality).toBeGreaterThan(curve.points.at(-1)!.quality!)
    expect(await ask(`/curve?policy=autp&${week}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'unknown_policy', message: expect.stringContaining('Did you mean "auto"?') } },
    })
  })

  it('arrows move the threshold and Enter asks, without the focus on anything, and ? lists them', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/curve?policy=auto')
    await page.getByText('This is in service: none of').waitFor()
    await page.keyboard.press('Enter')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).toMatch(/at=0\.\d+/)
    const setting = await page.getByLabel('Threshold as a number').inputValue()
    expect(Number(setting)).toBeGreaterThan(0.45)
    await page.keyboard.press('Enter')
    await page.getByText(`Put the threshold ${setting} in service?`).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowLeft')
    await page.getByText('This is in service: none of').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('Raise the threshold').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('the keyboard moves the threshold, sees which requests would move, and puts it in service', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    const slider = page.getByLabel('Threshold', { exact: true })
    await slider.focus()
    await page.getByText('This is in service: none of').waitFor()
    await page.keyboard.press('PageDown')
    await page.getByText(/^\d+ of \d+ requests would move to the strong model\.$/).waitFor()
    await page.locator('tbody a[data-row]').first().waitFor()
    await expect.poll(() => page.url()).toMatch(/at=0\.\d+/)
    const setting = Number(await page.getByLabel('Threshold as a number').inputValue())
    expect(setting).toBeLessThan(0.45)
    await page.getByRole('button', { name: `Put ${setting} in service` }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(`Put the threshold ${setting} in service?`).waitFor()
    await page.getByRole('button', { name: 'Put in service', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.banner.done').waitFor()
    // The curve is read again, with what is served now.
    await page.getByText(`in service, ${setting}`).waitFor()
    expect(Number(await page.getByLabel('Threshold as a number').inputValue())).toBe(setting)
    const lock = () => readFile(join(served.folder, 'routellm.lock.yaml'), 'utf8')
    expect(await lock()).toContain(`threshold: ${setting}`)
    // Undo has the focus, and says what returns before it is made.
    const undo = page.getByRole('button', { name: 'Undo', exact: true })
    await expect.poll(() => undo.evaluate((button) => button === document.activeElement)).toBe(true)
    await page.keyboard.press('u')
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`The threshold ${setting} is taken back; that of the configuration`).waitFor()
    await dialog.getByText('There is no certificate before or after this change.').waitFor()
    await dialog.getByRole('button', { name: 'Roll back' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.banner.done').getByText(`The threshold ${setting} is taken back`).waitFor()
    await expect.poll(() => dialog.count()).toBe(0)
    // What was in service before was not put there here.
    await expect.poll(() => page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    await page.getByText('in service, 0.45').waitFor()
    expect(await page.getByLabel('Threshold as a number').inputValue()).toBe('0.45')
    expect(await undo.count()).toBe(0)
    expect(await lock()).not.toContain(`threshold: ${setting}`)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('Undo leaves the focus where the person has moved it meanwhile', async () => {
    const { page, context } = await enterPage(browser, served, '/curve?policy=auto&at=0.3')
    await page.getByRole('button', { name: 'Put 0.3 in service' }).click()
    const slider = page.getByLabel('Threshold', { exact: true })
    let goOn = () => {}
    const moved = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await page.route('**/admin/api/curve?*', (route) => moved.then(() => route.continue()))
    await page.getByRole('button', { name: 'Put in service', exact: true }).click()
    await page.locator('.banner.done').waitFor()
    await slider.focus()
    goOn()
    const undo = page.getByRole('button', { name: 'Undo', exact: true })
    await undo.waitFor()
    expect(await slider.evaluate((element) => element === document.activeElement)).toBe(true)
    await undo.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Roll back' }).click()
    await page.getByText('in service, 0.45').waitFor()
    await context.close()
  })

  it('leads from requests that another router has scored to where the two are compared', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/curve?policy=auto')
    await page.getByText(/^1 of \d+ requests of this time .* Scored by bert \(1\)\.$/).waitFor()
    await page.getByRole('link', { name: 'Compare the routers on the same prompts' }).focus()
    await page.keyboard.press('Enter')
    const title = page.getByRole('heading', { name: 'Difference of two versions' })
    await title.waitFor()
    await expect.poll(() => title.evaluate((heading) => heading === document.activeElement)).toBe(true)
    await expect.poll(async () => (await title.boundingBox())!.y).toBeLessThan(700)
    expect(await page.getByLabel('Version from').inputValue()).toBe('bert')
    expect(await page.getByLabel('Version to').inputValue()).toBe('serving')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('a typed threshold is priced and put in service exactly; other policies and models have a place', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/curve?policy=frugal')
    const number = page.getByLabel('Threshold as a number')
    await number.fill('1.5')
    await page.getByText('1.5 is no threshold: type a number from 0 to 1.').waitFor()
    expect(await number.getAttribute('aria-invalid')).toBe('true')
    // Without a key that ends the typing; and what is typed stays as it is.
    await number.fill('0.627180123456')
    await page.getByRole('button', { name: 'Put 0.6272 in service' }).waitFor()
    expect(await number.inputValue()).toBe('0.627180123456')
    await number.blur()
    expect([await number.inputValue(), await number.getAttribute('title')]).toEqual([
      ...['0.6272', '0.627180123456'],
    ])
    const ofFrugal = entries.filter(({ policy }) => policy === 'frugal')
    const { body: curve } = await ask<CurveAnswer>(`/curve?policy=frugal&at=0.627180123456&${week}`)
    expect(curve.points.find(({ setting }) => setting === 0.627180123456)).toMatchObject({
      strong: ofFrugal.filter(({ strongWinRate }) => strongWinRate! >= 0.627180123456).length,
    })
    expect(curve.options).toMatchObject([
      { kind: 'model', name: 'gpt-5', at: 'model' },
      { kind: 'model', name: 'gpt-5-mini', at: 'model' },
      { kind: 'policy', name: 'auto', at: 'setting' },
      { kind: 'version', name: 'learned-2026-11-20 at 0.4', at: 'left-out' },
    ])
    const table = page.locator('.options')
    expect(await table.locator('tbody tr').count()).toBe(4)
    // What changes has an interval of its own if enough sessions differ, and the share of strong calls has one.
    const changeOf = (place: number) =>
      table.locator('tbody tr').nth(place).locator('td').nth(2).textContent({ timeout: 5000 })
    const order = await table.locator('tbody tr').allTextContents()
    const placeOf = (name: RegExp) => order.findIndex((text) => name.test(text))
    await expect.poll(() => changeOf(placeOf(/^always gpt-5(?!-)/))).toMatch(/^\+\$[\d.]+ to [\d.]+$/)
    expect(await changeOf(placeOf(/^always gpt-5-mini/))).toMatch(/^−\u2060\$[\d.]+$/)
    const rows = page.locator('.comparison tbody tr')
    for (const [title, figure] of [
      ['Strong calls', /^[\d.]+ %−?[\d.]+ to [\d.]+ %$/],
      ['Against now', /^(\+|−\u2060)\$[\d.]+few sessions move$/],
      ['Saved against', /^[\d.]+ %−?[\d.]+ to [\d.]+ %$/],
    ] as const) {
      const row = rows.filter({ hasText: title })
      await expect.poll(() => row.locator('td').last().textContent()).toMatch(figure)
    }
    await table.getByText('always gpt-5-mini').waitFor()
    // The other policy is on the same curve, and the keyboard goes to it.
    const ofAuto = table.locator('tr').filter({ hasText: 'auto' }).getByRole('button')
    const at = await ofAuto.textContent()
    await ofAuto.focus()
    await page.keyboard.press('Enter')
    expect(await number.inputValue()).toBe(at)
    await page.getByRole('button', { name: 'Score kept prompts with learned-2026-11-20 at 0.4' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(/^On \d+ kept prompts [\d.]+ % strong calls instead of [\d.]+ %/).waitFor()
    await number.fill('0.627180123456')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Put 0.6272 in service' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Put in service', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.banner.done').waitFor()
    expect(await readFile(join(served.folder, 'routellm.lock.yaml'), 'utf8')).toContain(
      'threshold: 0.627180123456',
    )
    expect(complaints).toEqual([])
    await context.close()
  })

  it('the chart can be dragged; shares, budgets and the address set the threshold', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/curve?policy=frugal')
    const output = page.getByLabel('Threshold as a number')
    await output.waitFor()
    const before = await output.inputValue()
    const area = (await page.locator('.drag-area').boundingBox())!
    await page.mouse.move(area.x + area.width * 0.2, area.y + area.height / 2)
    await page.mouse.down()
    await page.mouse.move(area.x + area.width * 0.9, area.y + area.height / 2, { steps: 4 })
    await page.mouse.up()
    const dragged = Number(await output.inputValue())
    expect(dragged).not.toBe(Number(before))
    await page.getByRole('button', { name: '50 % strong' }).click()
    await page.locator('.comparison tr').first().waitFor()
    expect(await page.locator('.comparison tbody tr').first().locator('td').last().textContent()).toMatch(
      /^(49|50|51) %\d+ to \d+ %$/,
    )
    await page.getByLabel('Dollars at most').fill('0')
    await page.getByText(/^No threshold costs so little: the cheapest costs \$.+\.$/).waitFor()
    await page.goto(`${served.url}/curve?policy=frugal&at=0.3`)
    await expect.poll(() => output.inputValue()).toBe('0.3')
    await page.goto(`${served.url}/curve?policy=frugal&from=2020-01-01&to=2020-01-02`)
    await page.getByText('No request of this policy and its router in this time.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows what somebody else has put in service, and keeps what was set here', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/curve?policy=auto&at=0.3')
    await page.getByRole('button', { name: 'Put 0.3 in service' }).waitFor()
    expect((await ask('/curve', { policy: 'auto', setting: 0.6 })).status).toBe(200)
    // As if the tab came to the front.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
    await page
      .getByText(
        /^Changed elsewhere, seen .*: mf at 0.6 is in service for auto now, in place of mf at 0.45\.$/,
      )
      .waitFor()
    await page.getByText('in service, 0.6').waitFor()
    expect(await page.getByLabel('Threshold as a number').inputValue()).toBe('0.3')
    // A dialog shows what it showed when it was opened, until it is refused.
    await page.getByRole('button', { name: 'Put 0.3 in service' }).click()
    const dialog = page.getByRole('dialog')
    const put = dialog.getByRole('button', { name: 'Put in service', exact: true })
    await put.waitFor()
    expect((await ask('/curve', { policy: 'auto', setting: 0.7 })).status).toBe(200)
    await put.click()
    await dialog
      .getByRole('alert')
      .getByText(/^Nothing was changed.* mf at 0.7 is in service for auto now, in place of mf at 0.6\./)
      .waitFor()
    await dialog.getByText('auto with mf goes from 0.7 to 0.3.').waitFor()
    await put.click()
    await page.locator('.banner.done').getByText('The threshold of auto is 0.3 now, and was 0.7.').waitFor()
    await page.getByText('in service, 0.3').waitFor()
    expect(await page.getByText(/^Changed elsewhere/).count()).toBe(0)
    expect(complaints.filter((complaint) => !complaint.includes('409'))).toEqual([])
    await context.close()
  })

  it('right after another router was promoted it says that there is no score yet, and compares kept prompts', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers/frugal')
    await page.getByRole('button', { name: /^Promote learned-2026-11-20/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByText(
        /none has the scores of both routers\. learned-2026-11-20 has scored 0 of the \d+ requests of the last 7 days\./,
      )
      .waitFor()
    await dialog.getByRole('button', { name: 'Promote' }).click()
    await page.locator('.banner.done').waitFor()
    await page.goto(`${served.url}/curve?policy=frugal`)
    await page.getByText('The router in service has scored no request of this time yet.').waitFor()
    await page
      .getByText(/^The curve is computed from the scores of learned-2026-11-20,.*: mf \(\d+\)\./)
      .waitFor()
    const command = page.locator('pre')
    await command.getByText(/^curl .*"model":"policy-frugal"/).waitFor()
    expect(await command.innerText()).not.toContain('authorization')
    await page.getByRole('button', { name: 'Score kept prompts with mf' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(/^On \d+ kept prompts [\d.]+ % strong calls instead of [\d.]+ %/).waitFor()
    expect(await findAxeProblems(page)).toEqual([])
    // Once clients need keys, the command has one.
    const { body: keys } = await ask<KeysAnswer>('/keys')
    await ask('/keys', { name: 'web', settings: {}, revision: keys.revision })
    await page.reload()
    await command.getByText('-H "authorization: Bearer $ROUTELLM_KEY"').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
