import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LabelItemAnswer, LabelQueueAnswer } from '../../../../src/server/admin/api/label/routes.ts'
import { openExistingStore } from '../../../../src/store/open-existing.ts'
import { putUp } from '../../../../src/store/records/label-queue.ts'
import { enterPage, findViewProblems, launchBrowser } from '../../../support/page/browser.ts'
import {
  createHostileRequest,
  createRealisticRequests,
  hostileTexts,
} from '../../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../../support/page/served-page.ts'
import { describeWith, requirement } from '../../../support/requirement.ts'
import { builtCli, run } from '../../../support/run-program.ts'
import { Libsql } from '../../../support/store/read-database.ts'

const until = Date.now() - 120_000
const entries = createRealisticRequests({ count: 120, until, days: 0.9, withText: true }).map(
  // The kept replies are no event streams.
  (entry) => ({ ...entry, stream: false }),
)
const hostile = {
  ...createHostileRequest(until),
  candidates: entries[0]!.candidates,
  policy: hostileTexts.markup,
}

/** The model that answered, by request. */
const answered = new Map(entries.map(({ id, model }) => [id, model]))

describeWith(await requirement('chromium'), 'labels by persons', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage([...entries, hostile], {
      config: `${realisticConfig}labels: { perDay: 60 }\n`,
      async prepare(folder) {
        const selected = await run(process.execPath, [builtCli, 'labels', 'select', '--json'], {
          cwd: folder,
        })
        expect(JSON.parse(selected.stdout).putUp).toBeGreaterThan(15)
        const db = await openExistingStore(join(folder, '.routellm'))
        const { id: requestId, time } = hostile
        await putUp(db, [{ requestId, time, reason: 'base', worth: 0.001, propensity: 0.1 }])
        await db.destroy()
      },
    })
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const ask = async <Answer>(path: string, body?: object) => {
    const response = await fetch(`${served.url}/admin/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Answer }
  }
  const read = (sql: string) => {
    const db = new Libsql(join(served.folder, '.routellm', 'store.db'))
    try {
      return db.prepare(sql).all() as Record<string, string>[]
    } finally {
      db.close()
    }
  }

  it('no answer of the API names a model before the choice', async () => {
    const queue = await ask<LabelQueueAnswer>('/label')
    const { requestId } = queue.body.items.at(-1)!
    const opened = await ask<LabelItemAnswer>(`/label/items/${requestId}`)
    const both = await ask<LabelItemAnswer>('/label/ask', { requestId })
    expect(both.body.answers.kind).toBe('two')
    for (const { text, headers } of [queue, opened, both])
      expect(text + JSON.stringify([...headers])).not.toMatch(/gpt-5|llama/)
    const [first, second] = [both, await ask<LabelItemAnswer>('/label/ask', { requestId })]
    const skip = (shown: string) => ask('/label/answer', { shown, verdict: 'skip' })
    expect((await skip(first.body.shown)).status).toBe(200)
    expect(await skip(second.body.shown)).toMatchObject({
      status: 409,
      body: { error: { code: 'label_changed' } },
    })
    expect((await ask('/label/undo', { shown: first.body.shown })).body).toEqual({ requestId })
  })

  it.each([
    ['/label', '.label-offer'],
    [`/label/${hostile.id}?policy=none`, '.label-body'],
  ])('%s in both schemes and widths: whole, accessible, and without a complaint', async (path, ready) => {
    expect(await findViewProblems(browser, served, path, ready)).toEqual([])
  })

  it('ten are labelled by the keyboard alone, and the scores are about the right models', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.locator('.label-offer').waitFor()
    const keys = ['1', '2', '0', 'b', 'ArrowLeft', 'ArrowRight', '=', '1', '2', '1']
    const scores = { 1: [1, 0], 2: [0, 1], 0: [0.5, 0.5], b: [0, 0], '=': [0.5, 0.5] } as const
    const expected: Record<string, Record<string, number>> = {}
    for (const key of keys) {
      await page.locator('.label-offer').waitFor()
      await page.keyboard.press('a')
      const left = (await page.getByRole('region', { name: 'Left' }).textContent()) ?? ''
      const isFirstLeft = left.startsWith('Here is what I think')
      const seen = await page.getByText(/waiting$/).textContent()
      await page.keyboard.press(key)
      await expect.poll(() => page.getByText(/waiting$/).textContent()).not.toBe(seen)
      const href = await page.getByRole('link', { name: 'Open the request' }).getAttribute('href')
      const id = decodeURIComponent(href?.split('/').at(-1) ?? '')
      const first = answered.get(id) ?? ''
      const other = first === 'gpt-5' ? 'gpt-5-mini' : 'gpt-5'
      const [ofLeft, ofRight] = scores[key === 'ArrowLeft' ? 1 : key === 'ArrowRight' ? 2 : (key as '1')]
      expected[id] = isFirstLeft
        ? { [first]: ofLeft, [other]: ofRight }
        : { [other]: ofLeft, [first]: ofRight }
      const names = await page.locator('.revealed strong').allTextContents()
      expect(names).toEqual(isFirstLeft ? [first, other] : [other, first])
    }
    const labelled = () =>
      Object.fromEntries(
        read(`select request_id, scores from labels where source = 'person'`).map((row) => [
          row.request_id,
          JSON.parse(row.scores!),
        ]),
      )
    expect(labelled()).toEqual(expected)
    expect(Object.keys(expected)).toHaveLength(10)

    await page.locator('.label-offer').waitFor()
    await page.keyboard.press('u')
    await expect.poll(() => Object.keys(labelled()).length).toBe(9)
    await page.locator('.label-answers.two').waitFor()
    await page.keyboard.press('s')
    await page.getByText('Skipped: nobody can say.').waitFor()
    expect(read(`select count(*) as n from label_queue where state = 'skipped'`)).toMatchObject([{ n: 1 }])
    const spent = read(`select other_model, problem, cost_nanousd from shadow_pairs`)
    expect(spent.length).toBeGreaterThanOrEqual(10)
    expect(spent.every(({ problem, cost_nanousd: cost }) => problem === 'person' && Number(cost) > 0)).toBe(
      true,
    )
    expect(complaints).toEqual([])
    await context.close()
  })

  it('what is ticked holds for the item that is shown, and the keys work while the box has the focus', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/label')
    await page.locator('.label-offer').waitFor()
    const box = page.getByLabel('ask the other model at once')
    await box.click()
    await page.locator('.label-answers.two').waitFor()
    const seen = await page.getByText(/waiting$/).textContent()
    await page.keyboard.press('0')
    await page.getByText(/^Equally good/).waitFor()
    await expect.poll(() => page.getByText(/waiting$/).textContent()).not.toBe(seen)
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('hostile text shows as text; a prompt of a megabyte is cut, sent to nobody, and its one answer rated', async () => {
    const { page, complaints, context } = await enterPage(browser, served, `/label/${hostile.id}`)
    await page.getByText('longer than 256 kB').waitFor()
    await page.keyboard.press('o')
    await page.getByRole('region', { name: 'Answer' }).getByText('U+0007').waitFor()
    expect(await page.evaluate(`document.querySelectorAll('#page img, #page script').length`)).toBe(0)
    expect((await page.getByRole('region', { name: 'Prompt' }).innerText()).length).toBeLessThan(8000)
    await page.keyboard.press('2')
    await page.getByText('Not good enough:').waitFor()
    expect(await page.title()).toBe('Label · routellm')
    expect(new URL(page.url()).pathname).toBe('/label')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('an empty queue says when something comes, and puts requests up now', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/label?policy=none')
    await page.getByText('No request waits for a label.').waitFor()
    await page.getByText('about 60 requests a day').waitFor()
    await page.getByRole('button', { name: 'Put requests up now' }).click()
    await page.getByText('No request has come since the last time').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
