import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lockFileName } from '../../../src/config/lock/lock-file.ts'
import { parseLock } from '../../../src/config/lock/parse-lock.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { openExistingStore } from '../../../src/store/open-existing.ts'
import { addAuditEvent } from '../../../src/store/records/audit-trail.ts'
import { enterPage, findViewProblems, launchBrowser } from '../../support/page/browser.ts'
import { createRealisticRequests, hostileTexts } from '../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../support/page/served-page.ts'
import { addServedVersions } from '../../support/page/served-versions.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const until = Date.now() - 3 * 3_600_000
const experiment = `experiments:
  cheaper: { control: halves, treatment: frugal, share: 0.3, plannedSessions: 200, mostUsdPerSession: 1, success: [{ outcome: usd, is: below, limit: 0 }] }
`
const entries = createRealisticRequests({ count: 600, until, days: 6 }).map((entry) => ({
  ...entry,
  experiment: {
    id: 'cheaper',
    arm: entry.policy === 'frugal' ? ('treatment' as const) : ('control' as const),
  },
}))

const keyEvents = 30

/** More than a page of the audit trail. */
async function addKeyEvents(folder: string): Promise<void> {
  const db = await openExistingStore(join(folder, '.routellm'), true)
  for (let index = 0; index < keyEvents; index++)
    await addAuditEvent(db, {
      time: until - index,
      actor: 'page',
      action: 'create-key',
      subject: `key-${index}`,
      detail: null,
    })
  await db.destroy()
}

describeWith(await requirement('chromium'), 'the view Routers', (chromium) => {
  let served: ServedPage
  let browser: Browser
  beforeAll(async () => {
    served = await servePage(entries, {
      config: realisticConfig.replace('auto: { policy: halves }', 'auto: { router: mf }') + experiment,
      prepare: async (folder) => {
        await addKeyEvents(folder)
        await addServedVersions(folder, `${hostileTexts.markup} ${hostileTexts.direction}`)
      },
    })
    browser = await launchBrowser(chromium)
  })
  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  const ask = async (
    path: string,
    body?: object,
  ): Promise<{ status: number; json: Record<string, never> }> => {
    const reply = await fetch(`${served.url}/admin/api${path}`, {
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: reply.status, json: (await reply.json()) as Record<string, never> }
  }
  const inService = async () => {
    const { lock } = (await ask('/status')).json as unknown as AdminStatus
    const { serving, canary } = lock?.policies.find(({ name }) => name === 'auto') ?? {}
    return `${serving?.router ?? '–'}, ${canary?.router ?? '–'}`
  }
  const locked = async () =>
    parseLock(await readFile(join(served.folder, lockFileName), 'utf8'), lockFileName).policies.auto

  it('is whole, accessible and without a complaint in both schemes and widths, with hostile text', async () => {
    expect(await findViewProblems(browser, served, '/routers', '.versions tbody tr')).toEqual([])
    const { page, complaints, context } = await enterPage(browser, served, '/routers/auto')
    await page.locator('.audit').getByText('U+202E').first().waitFor()
    expect(await page.evaluate(`document.querySelectorAll('#page img, #page script').length`)).toBe(0)
    await page.locator('.audit').getByText('3 labels, 1 skipped').waitFor()
    await page.getByRole('button', { name: 'What is served' }).click()
    await expect.poll(() => page.locator('.audit').getByText('3 labels, 1 skipped').count()).toBe(0)
    await page.locator('.audit').getByText('U+202E').first().waitFor()
    await page.getByText('at most 5.0 % of requests lost').waitFor()
    await page.getByText('not known yet: no session has been watched').waitFor()
    await page.getByText('Put in service by the lock file, routellm.lock.yaml').waitFor()
    await page.getByText('APGR (average performance gap recovered)').waitFor()
    await page.getByRole('button', { name: 'Try learned-2026-11-20' }).click()
    await page.getByRole('dialog').locator('code').getByText('routellm learn', { exact: true }).waitFor()
    expect(await page.getByRole('dialog').innerText()).not.toContain('`')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'frugal' }).click()
    await page.getByText('No router has been trained for this policy yet.').waitFor()
    expect(page.url()).toBe(`${served.url}/routers/frugal`)
    await page.goto(`${served.url}/routers/none`)
    await page.getByText('There is no such policy.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows each event of the audit trail once, also if the kind is changed while older ones are read', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers')
    const rows = page.locator('.audit tbody tr')
    const older = page.getByRole('button', { name: 'Older events' })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(/audit\?&before=/, async (route) => {
      await held
      await route.continue()
    })
    const late = page.waitForResponse(/audit\?&before=/)
    await older.click()
    await page.getByRole('button', { name: 'Keys', exact: true }).click()
    await expect.poll(() => rows.count()).toBe(25)
    release()
    await (await late).finished()
    await older.click()
    await expect.poll(() => rows.count()).toBe(keyEvents)
    const subjects = await rows.locator('td:nth-child(4)').allInnerTexts()
    expect(subjects).toEqual(Array.from({ length: keyEvents }, (_, index) => `key-${keyEvents - 1 - index}`))
    expect(complaints).toEqual([])
    await context.close()
  })

  it('compares the sessions of experiments and canaries on demand', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers')
    await page.getByRole('button', { name: 'Compare now' }).click()
    await page.locator('.evidence').filter({ hasText: 'cheaper' }).locator('svg.line-chart').waitFor()
    await page.getByText(/^Difference of dollars of a session: /).waitFor()
    await page
      .getByText(
        /There is no decision yet: .* of the 200 planned sessions .*\. After 800 sessions it ends without one\.$/,
      )
      .waitFor()
    await page.getByText('canary-learned-2026-11-29').first().waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('j and k move among versions, p asks to promote the one in focus and r to roll back, and ? lists them', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers/auto')
    const promote = page.locator('.versions button[data-row]')
    await promote.first().waitFor()
    const last = (await promote.count()) - 1
    expect(last).toBeGreaterThan(0)
    const isFocused = (place: number) =>
      promote.nth(place).evaluate((button) => button === document.activeElement)
    for (let count = 0; count <= last; count++) await page.keyboard.press('j')
    expect(await isFocused(last)).toBe(true)
    const dialog = page.getByRole('dialog')
    const name = /^Promote (\S+) at/.exec((await promote.nth(last).getAttribute('aria-label'))!)![1]!
    await page.keyboard.press('p')
    await dialog.getByRole('heading', { name }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('k')
    expect(await isFocused(last - 1)).toBe(true)
    await page.keyboard.press('r')
    await dialog.getByRole('heading', { name: /Roll back|Remove the canary/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await dialog.getByText('Promote the version in focus, or the first').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('the keyboard alone promotes a version and rolls it back; the server follows, and the audit trail says so', async () => {
    expect(await inService()).toBe('learned-2026-11-27, learned-2026-11-29')
    const { page, complaints, context } = await enterPage(browser, served, '/routers/auto')
    await page.locator('.versions tbody tr').first().waitFor()
    const press = async (name: RegExp, within = page.locator('main')) => {
      for (let count = 0; count < 150; count++) {
        const label = await page.evaluate(
          `(document.activeElement?.getAttribute('aria-label') ?? '') + document.activeElement?.textContent`,
        )
        if (name.test(String(label))) break
        await page.keyboard.press('Tab')
      }
      expect(await within.locator(':focus').count()).toBe(1)
      await page.keyboard.press('Enter')
    }
    await press(/^Promote learned-2026-11-20/)
    const dialog = page.getByRole('dialog')
    await dialog
      .getByText(/takes the place of learned-2026-11-27 at 0.35.*canary learned-2026-11-29 at 0.3 is removed/)
      .waitFor()
    await dialog.getByText(/^The certificate stays: at most 5 % of requests lost, 95 % confidence/).waitFor()
    await press(/^Promote$/, dialog)
    const done = page.locator('.banner.done')
    await done
      .getByRole('status')
      .getByText(/^learned-2026-11-20 at 0.4 is in service for auto, in place of learned-2026-11-27 at 0.35/)
      .waitFor()
    expect(await inService()).toBe('learned-2026-11-20, –')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => done.evaluate((banner) => banner === document.activeElement)).toBe(true)
    await page.locator('tr[aria-current]').getByText('learned-2026-11-20').waitFor()
    await press(/^Roll back/)
    await dialog.getByText(/learned-2026-11-27 at 0.35, put in service on .* is back/).waitFor()
    await press(/^Roll back$/, dialog)
    await done
      .getByRole('status')
      .getByText(
        /^learned-2026-11-20 at 0.4 is taken out of service; learned-2026-11-27 at 0.35, put in service on .*, is back/,
      )
      .waitFor()
    expect(await inService()).toBe('learned-2026-11-27, –')
    // It was promoted twice and has one row.
    await page
      .locator('.versions tr')
      .filter({ hasText: 'learned-2026-11-20' })
      .getByText(/^2 times since/)
      .waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    const promote = await page.getByRole('button', { name: /^Promote learned-2026-11-20/ }).boundingBox()
    expect(promote!.x + promote!.width).toBeLessThanOrEqual(390)
    const rows = page.locator('.audit tbody tr')
    await expect.poll(() => rows.first().innerText()).toMatch(/page\s+roll back\s+auto/)
    await expect.poll(() => rows.nth(1).innerText()).toMatch(/page\s+promote\s+auto/)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('says before a trial that a lower threshold of the router in service is dearer by design', async () => {
    if ((await locked())?.canary !== null) await ask('/routers/roll-back', { policy: 'auto' })
    expect((await ask('/curve', { policy: 'auto', setting: 0.32 })).status).toBe(200)
    const { page, complaints, context } = await enterPage(browser, served, '/routers/auto')
    const dialog = page.getByRole('dialog')
    const note = dialog.getByText(/by design; a trial removes what is shown to be dearer/)
    await page.getByRole('button', { name: /^Try learned-2026-11-20/ }).click()
    await dialog.getByText('Percent of sessions').waitFor()
    expect(await note.count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Try learned-2026-11-29/ }).click()
    await note.getByText('at 0.3 it is dearer than at 0.32').waitFor()
    await dialog.getByRole('link', { name: 'see what the threshold 0.3 costs' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Roll back' }).click()
    await dialog.getByRole('button', { name: 'Roll back' }).click()
    await page.locator('.banner.done').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('two tabs that promote at once: one does, the other shows what is served now and can go on', async () => {
    const tabs = await Promise.all([1, 2].map(() => enterPage(browser, served, '/routers/auto')))
    for (const { page } of tabs) await page.getByRole('button', { name: 'Try learned-2026-11-29' }).click()
    for (const { page } of tabs) await page.getByLabel('Percent of sessions').fill('25')
    await Promise.all(tabs.map(({ page }) => page.getByRole('button', { name: 'Try it' }).click()))
    const said = await Promise.all(
      tabs.map(async ({ page }) => {
        const answer = page.locator('.banner.done [role=status], dialog .banner[role=alert]:not(.failure)')
        await answer.waitFor()
        return answer.innerText()
      }),
    )
    const canary = 'learned-2026-11-29 at 0.3 answers 25 % of the sessions of auto'
    expect(said.toSorted()).toEqual([
      expect.stringMatching(
        `^Nothing was changed, because somebody else was faster: The canary ${canary} now`,
      ),
      expect.stringMatching(`^${canary}`),
    ])
    // What was typed is kept, and what the dialog says is of now.
    const [late] = tabs.filter((_, index) => said[index]!.startsWith('Nothing'))
    const dialog = late!.page.getByRole('dialog')
    expect(await dialog.getByLabel('Percent of sessions').inputValue()).toBe('25')
    await dialog.getByText('The canary learned-2026-11-29 at 0.3 is removed.').waitFor()
    expect((await locked())?.canary).toMatchObject({
      router: 'learned-2026-11-29',
      share: 0.25,
      sessions: 500,
    })
    await Promise.all(tabs.map(({ context }) => context.close()))
  })

  it('a version whose artifact was removed is refused with what to do, and nothing changes', async () => {
    const before = await locked()
    await rm(join(served.folder, 'artifacts', 'learned-2026-11-20'), { recursive: true })
    const { page, context } = await enterPage(browser, served, '/routers/auto')
    await page.getByRole('button', { name: /^Promote learned-2026-11-20/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click()
    await page
      .getByRole('alert')
      .getByText(/artifacts\/learned-2026-11-20, is not there as it was.*Restore the folder/)
      .waitFor()
    expect(await locked()).toEqual(before)
    await context.close()
  })

  it('the API refuses what is wrong, and answers in pages', async () => {
    for (const [path, body, status] of [
      ['/routers/promote', { policy: 'auto', version: 'none', canary: null }, 404],
      ['/routers/promote', { policy: 'auto', version: 'none', canary: { share: 2, sessions: 1 } }, 400],
      ['/routers/promote', { policy: 'auto', version: 'none' }, 400],
      ['/routers/roll-back', { policy: 'none' }, 404],
      ['/routers/roll-back', { policy: 'frugal' }, 409],
    ] as const)
      expect({ path, status: (await ask(path, body)).status }).toEqual({ path, status })
    const first = (await ask('/audit?limit=2')).json as unknown as { events: unknown[]; next: number }
    expect(first.events).toHaveLength(2)
    const second = (await ask(`/audit?limit=200&before=${first.next}`)).json as unknown as { next: null }
    expect(second.next).toBeNull()
    expect((await ask('/audit?limit=0')).status).toBe(400)
  })
})
