import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

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
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`)
  return { page, complaints, context }
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
