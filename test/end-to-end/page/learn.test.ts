import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRunning } from '../../../src/base/files/atomic-file.ts'
import { readLock } from '../../../src/config/lock/read-lock.ts'
import type { PolicyDifference } from '../../../src/jobs/difference/policy-difference.ts'
import type { LearnResult } from '../../../src/jobs/learn/result.ts'
import type {
  CancelAnswer,
  DifferenceAnswer,
  LearnAnswer,
} from '../../../src/server/admin/api/routers/learn-routes.ts'
import { openExistingStore } from '../../../src/store/open-existing.ts'
import { listAuditEvents } from '../../../src/store/records/audit-trail.ts'
import { findJobHolder } from '../../../src/store/records/running-jobs.ts'
import { writeLabelledStore } from '../../support/loop/labelled-store.ts'
import { enterPage, findViewProblems, launchBrowser } from '../../support/page/browser.ts'
import { hostileTexts } from '../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../support/page/served-page.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

/** So few sessions show no smaller loss. In service is a router that sends everything to the strong model. */
const config = realisticConfig
  .replace('threshold: 0.45', 'threshold: 0')
  .concat('learn: { qualityMargin: 0.08 }\n')

const text = (content: string) => {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] })
  return {
    request: { text: body, totalBytes: body.length, isCut: false },
    response: { text: '{}', totalBytes: 2, isCut: false },
  }
}

async function serveLabelled(): Promise<ServedPage> {
  return servePage([], {
    config,
    prepare: (folder) =>
      writeLabelledStore(join(folder, '.routellm'), {
        ...{ strong: 'gpt-5', weak: 'gpt-5-mini', now: Date.now() - 60_000, count: 800 },
        change: ({ prompt, isHard }, index) => ({
          policy: 'halves',
          task: isHard ? 'proof' : 'look-up',
          text:
            index >= 795
              ? text(`${hostileTexts.direction} ${prompt} ${hostileTexts.markup}${hostileTexts.control}`)
              : index % 4 === 0
                ? text(prompt)
                : null,
        }),
      }),
  })
}

/** @param path below the API. */
async function ask<Answer>(served: ServedPage, method: string, path: string, body?: object) {
  const response = await fetch(`${served.url}/admin/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${served.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

const patience = { timeout: 60_000, interval: 50 }

let served: ServedPage
beforeAll(async () => {
  served = await serveLabelled()
})
afterAll(() => served.stop())

const readRun = async () => (await ask<LearnAnswer<LearnResult>>(served, 'GET', '/learn')).body.run
const readDifference = async () =>
  (await ask<DifferenceAnswer<PolicyDifference>>(served, 'GET', '/difference')).body.run
const start = (body: object) =>
  ask<LearnAnswer & { error?: { code: string } }>(served, 'POST', '/learn', body)
const untilProgress = () =>
  expect.poll(async () => {
    const run = await readRun()
    return run?.state === 'running' ? run.progress?.stage : undefined
  }, patience)

describe('runs that the API starts', () => {
  it('are cancelled in the middle and leave nothing, one at a time', async () => {
    expect((await ask<LearnAnswer>(served, 'GET', '/learn')).body).toEqual({ run: null, other: null })
    expect(await start({ policy: 'halves', dryRun: false })).toMatchObject({
      status: 202,
      body: { run: { asked: { policy: 'halves', isDryRun: false }, state: 'running' } },
    })
    await untilProgress().toBeDefined()
    expect(await start({ policy: 'halves', dryRun: true })).toMatchObject({
      status: 409,
      body: { error: { code: 'learn_running' } },
    })
    expect((await ask<CancelAnswer>(served, 'DELETE', '/learn')).body).toEqual({ isCancelled: true })
    expect(await readRun()).toMatchObject({ state: 'cancelled' })
    expect((await ask<CancelAnswer>(served, 'DELETE', '/learn')).body).toEqual({ isCancelled: false })
    expect(existsSync(join(served.folder, 'routellm.lock.yaml'))).toBe(false)
    expect(existsSync(join(served.folder, '.routellm', 'artifacts'))).toBe(false)
    const db = await openExistingStore(join(served.folder, '.routellm'))
    expect(await findJobHolder(db, { id: 'learn' })).toBeNull()
    const trail = await listAuditEvents(db, { limit: 9 })
    await db.destroy()
    expect(trail.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['page', 'learn-cancel', 'halves'],
      ['page', 'learn-start', 'halves'],
    ])
  })

  it('refuse what cannot be learned', async () => {
    expect(await start({ policy: 'nobody', dryRun: true })).toMatchObject({
      status: 400,
      body: { error: { code: 'unknown_policy' } },
    })
    expect(await start({ policy: 'halves' })).toMatchObject({
      status: 400,
      body: { error: { param: 'dryRun' } },
    })
  })
})

describeWith(await requirement('chromium'), 'the cards of a policy', (chromium) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(chromium)
  })
  afterAll(() => browser.close())

  it('compare without a change, and are found again after a reload', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers/halves')
    const card = page.getByRole('region', { name: 'Learn from labels' })
    await card.getByRole('button', { name: 'Train, and promote if better' }).press('Enter')
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toBe('Train, and promote if shown')
    await card.getByRole('button', { name: 'Leave it' }).press('Enter')
    await card.getByRole('button', { name: 'Only compare' }).press('Enter')
    await card.getByRole('progressbar').waitFor()
    await page.reload()
    await card.getByText('It would be promoted').waitFor({ timeout: 90_000 })
    await page.reload()
    await card.getByText('on 272 held-out sessions').first().waitFor()
    expect(existsSync(join(served.folder, 'routellm.lock.yaml'))).toBe(false)
    await card.getByRole('button', { name: 'Only compare' }).press('Enter')
    await card.getByRole('button', { name: 'Cancel' }).press('Enter')
    await card.getByText('Cancelled. Nothing was changed.').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('show which requests change their model', async () => {
    const { page, complaints, context } = await enterPage(browser, served, '/routers/halves')
    const card = page.getByRole('region', { name: 'Difference of two versions' })
    await card.getByLabel('Version from').selectOption('configured')
    await card.getByLabel('Version to').selectOption('serving')
    await card.getByLabel('Threshold to').fill('0.9')
    await card.getByRole('button', { name: 'Compare' }).press('Enter')
    await card.getByText(/^The newest 200 of 800 requests/).waitFor({ timeout: 60_000 })
    expect(page.url()).toContain('one=configured&other=serving%400.9')
    const rows = card.locator('tbody').last().locator('tr')
    expect(await rows.count()).toBe(10)
    await card.getByRole('button', { name: 'Show 190 more' }).press('Enter')
    await expect.poll(() => rows.count()).toBe(200)
    await card.getByText('U+202E').first().waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('are whole and accessible in both schemes and widths', async () => {
    expect(await findViewProblems(browser, served, '/routers/halves', '.difference .result')).toEqual([])
  })
})

describe('a run to the end', () => {
  it('promotes a router that is better; the difference tells which requests move', async () => {
    await start({ policy: 'halves', dryRun: false })
    await expect.poll(async () => (await readRun())?.state, patience).toBe('done')
    const run = await readRun()
    expect(run).toMatchObject({ result: { promoted: true, policy: 'halves', dryRun: false } })
    const router = (await readLock(join(served.folder, 'routellm.lock.yaml')))?.policies.halves?.serving
      ?.router
    expect(router).toMatch(/^learned-/)

    const asked = { policy: 'halves', from: 'configured', to: 'serving', limit: 100 }
    const started = await ask<DifferenceAnswer>(served, 'POST', '/difference', asked)
    expect(started).toMatchObject({ status: 202, body: { run: { asked, state: 'running' } } })
    expect(await ask(served, 'POST', '/difference', asked)).toMatchObject({
      status: 409,
      body: { error: { code: 'difference_running' } },
    })
    await expect.poll(async () => (await readDifference())?.state, patience).toBe('done')
    const difference = await readDifference()
    expect(difference).toMatchObject({
      result: {
        ...{ policy: 'halves', requests: 100, notScored: 0 },
        from: { router: 'mf', threshold: 0 },
        to: { router },
        table: { weakStrong: 0, weakWeak: 0 },
      },
    })
    await ask(served, 'POST', '/difference', asked)
    expect((await ask<CancelAnswer>(served, 'DELETE', '/difference')).body).toEqual({ isCancelled: true })
    expect(await readDifference()).toMatchObject({ state: 'cancelled' })
  })
})

it('a run ends with the server', async () => {
  await ask(served, 'POST', '/learn', { policy: 'halves', dryRun: false })
  const readHolder = async () => {
    const db = await openExistingStore(join(served.folder, '.routellm'))
    const holder = await findJobHolder(db, { id: 'learn' })
    await db.destroy()
    return holder
  }
  await expect.poll(readHolder, patience).not.toBeNull()
  const holder = await readHolder()
  await served.stop()
  expect(holder === null || isRunning(holder.pid)).toBe(false)
})
