import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { project } from '../../setup/project.mjs'
import { requirements } from '../../testing/requirements.mjs'
import { pictures } from './pictures.mjs'
import { toPalette } from './to-palette.mjs'

/** When the made-up week ends in the pictures, so that they say the same whenever they are taken. */
const now = Date.UTC(2026, 10, 30, 15, 30)
const size = { width: 1280, height: 800 }
const cli = join(project, 'dist', 'cli', 'main.js')
const token = 'token-of-the-screenshots'
const schemes = /** @type {const} */ (['light', 'dark'])

/**
 * @param {readonly string[]} names of `pictures`, or `audit`; none: all.
 * @returns {Promise<string[]>} the files that were written, with their sizes.
 */
export async function takeScreenshots(names) {
  const executablePath = await requirements.chromium?.find()
  if (executablePath === undefined) throw new Error(requirements.chromium?.reason)
  const isWanted = (/** @type {string} */ name) => names.length === 0 || names.includes(name)
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
  })
  try {
    return [
      ...(isWanted('audit') ? await takeReport(browser) : []),
      ...(await takeViews(
        browser,
        pictures.filter(({ name }) => isWanted(name)),
      )),
    ]
  } finally {
    await browser.close()
  }
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {readonly import('./pictures.mjs').Picture[]} wanted
 */
async function takeViews(browser, wanted) {
  if (wanted.length === 0) return []
  const demo = await startDemo()
  /** @type {string[]} */
  const written = []
  try {
    const contexts = await Promise.all(
      schemes.map(async (scheme) => {
        const context = await openContext(browser, scheme)
        const headers = { origin: demo.url }
        await context.request.post(`${demo.url}/admin/api/session`, { data: { token }, headers })
        return { scheme, context }
      }),
    )
    for (const { name, path, ready, before } of wanted)
      for (const { scheme, context } of contexts) {
        const page = await context.newPage()
        await page.clock.install({ time: Date.now() + demo.shiftMs })
        await page.goto(`${demo.url}${path}`)
        await before?.(page)
        await page.locator(ready).first().waitFor()
        await page.waitForLoadState('networkidle')
        written.push(await shoot(page, name, scheme))
        await page.close()
      }
  } finally {
    await demo.stop()
  }
  return written
}

/** The HTML report of `routellm audit` on the example log. */
async function takeReport(/** @type {import('playwright-core').Browser} */ browser) {
  const folder = mkdtempSync(join(tmpdir(), 'routellm-screenshots-'))
  const report = join(folder, 'report.html')
  const audit = spawnSync(process.execPath, [cli, 'audit', 'examples/logs.jsonl', '--html', report], {
    cwd: project,
    encoding: 'utf8',
  })
  if (audit.status !== 0) throw new Error(audit.stderr)
  /** @type {string[]} */
  const written = []
  for (const scheme of schemes) {
    const context = await openContext(browser, scheme)
    const page = await context.newPage()
    await page.goto(pathToFileURL(report).href)
    written.push(await shoot(page, 'audit', scheme))
    await context.close()
  }
  rmSync(folder, { recursive: true })
  return written
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {'light' | 'dark'} scheme
 */
function openContext(browser, scheme) {
  return browser.newContext({
    viewport: size,
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {'light' | 'dark'} scheme
 */
async function shoot(page, name, scheme) {
  const file = join('docs', 'images', `${name}${scheme === 'dark' ? '-dark' : ''}.png`)
  const picture = toPalette(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  writeFileSync(join(project, file), picture)
  return `${file} ${Math.ceil(picture.length / 1024)} KB`
}

/** `routellm demo` with a clock that is set to `now`. */
async function startDemo() {
  const shiftMs = now - Date.now()
  const shift = pathToFileURL(join(import.meta.dirname, 'shift-clock.mjs')).href
  const child = spawn(process.execPath, [cli, 'demo', '--seed', '1', '--port', '0', '--json'], {
    // Of its threads and processes too.
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${shift}`,
      ROUTELLM_ADMIN_TOKEN: token,
      SCREENSHOT_SHIFT_MS: String(shiftMs),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  if (typeof line !== 'string') throw new Error('routellm demo has ended')
  return {
    url: /** @type {string} */ (JSON.parse(line).url),
    shiftMs,
    async stop() {
      child.kill('SIGINT')
      await exited
    },
  }
}
