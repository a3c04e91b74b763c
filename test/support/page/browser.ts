import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { ServedPage } from './served-page.ts'

/** A page with the session of the link, in one scheme and size. */
export type OpenPage = {
  readonly page: Page
  /** What the browser complained about: errors of scripts, refusals by the policy, failed requests. */
  readonly complaints: string[]
  readonly context: BrowserContext
}

export type PageOptions = {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

/** @param executable as `requirement('chromium')` finds it. */
export function launchBrowser(executable: string): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    // Containers have no user namespaces, and little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
}

export async function openPage(browser: Browser, options: PageOptions = {}): Promise<OpenPage> {
  const { scheme = 'light', width = 1280, height = 900 } = options
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const page = await context.newPage()
  // Below the limit of a test, so that its message says what was waited for; a busy machine takes long.
  page.setDefaultTimeout(120_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`)
  return { page, complaints, context }
}

/** A page with a session. @param path of the view. */
export async function enterPage(
  browser: Browser,
  served: Pick<ServedPage, 'url' | 'token'>,
  path: string,
  options: PageOptions = {},
): Promise<OpenPage> {
  const opened = await openPage(browser, options)
  const session = await opened.context.request.post(`${served.url}/admin/api/session`, {
    data: { token: served.token },
    headers: { origin: served.url },
  })
  if (session.status() !== 200) throw new Error(`the session was answered with ${session.status()}`)
  await opened.page.goto(served.url + path)
  return opened
}

/**
 * Opens a view in both schemes at 390 and 1280 px: light on a wide screen and dark on a narrow one, each then made the other width.
 * The colours differ by scheme and the layout by width, so what axe finds is found by these two.
 *
 * @param ready a selector of what the view shows when it has its data.
 * @returns what is wrong with it, one line each: wider than the screen, rows that are partly beyond the edge of their frame, not
 *   accessible, a complaint of the browser.
 */
export async function findViewProblems(
  browser: Browser,
  served: Pick<ServedPage, 'url' | 'token'>,
  path: string,
  ready: string,
): Promise<string[]> {
  const problems: string[] = []
  const { page, complaints, context } = await enterPage(browser, served, path)
  for (const [scheme, width, otherWidth] of [
    ['light', 1280, 390],
    ['dark', 390, 1280],
  ] as const) {
    if (scheme === 'dark') {
      await page.emulateMedia({ colorScheme: scheme })
      await page.reload()
    }
    await page.locator(ready).first().waitFor()
    const found = [
      ...(await findOverflow(page, width)),
      ...(await findAxeProblems(page)).map((problem) => `${width}: ${problem}`),
      ...(await findOverflow(page, otherWidth)),
      ...complaints.splice(0),
    ]
    problems.push(...found.map((problem) => `${scheme} ${problem}`))
  }
  await context.close()
  return problems
}

const mostFrames = 120

/** Charts are drawn anew a few frames after the width has changed. */
async function findOverflow(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  let overflow = 0
  for (let frame = 0; frame < mostFrames; frame++) {
    overflow = await page.evaluate(
      `new Promise((resolve) => requestAnimationFrame(() => resolve(document.documentElement.scrollWidth - ${width})))`,
    )
    if (overflow <= 0) return findCutRows(page, width)
  }
  return [`${width}: ${overflow} px wider than the screen`]
}

/** Tables whose rows become cards never scroll sideways. */
async function findCutRows(page: Page, width: number): Promise<string[]> {
  const cut: number[] = await page.evaluate(
    `[...document.querySelectorAll('.table-frame:has([data-title])')].map((frame) => frame.scrollWidth - frame.clientWidth)`,
  )
  return cut
    .filter((pixels) => pixels > 0)
    .map((pixels) => `${width}: rows are ${pixels} px wider than their frame`)
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Serious and critical findings of axe, one line each. */
export async function findAxeProblems(page: Page): Promise<string[]> {
  // The policy of the page admits no foreign script; this way of adding one is the debugger's.
  const source = await import('node:fs/promises').then(({ readFile }) => readFile(axePath, 'utf8'))
  await page.evaluate(source)
  const problems: { id: string; impact: string; nodes: string[] }[] = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 160)) })))`,
  )
  return problems
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.join(' | ')}`)
}
