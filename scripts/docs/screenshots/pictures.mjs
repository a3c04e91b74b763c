/**
 * The pictures of the documentation: `docs/images/<name>.png`, and `<name>-dark.png`.
 *
 * @typedef {{
 *   name: string,
 *   title: string,
 *   path: string,
 *   ready: string,
 *   before?: (page: import('playwright-core').Page) => Promise<void>,
 * }} Picture
 * `path` is of the page; `ready` is a selector of what the view shows once it has its data. `before` acts on the view first.
 */

/** Of the made-up week, whose models know it. */
const question = 'Why was I billed twice for the database in March? The second line says proration.'

/** @type {readonly Picture[]} */
export const pictures = [
  {
    name: 'page-overview',
    title: 'Overview: what was saved, net, and what is promised',
    path: '/',
    ready: '.saving .figure',
  },
  {
    name: 'page-curve',
    title: 'Curve: cost against quality, and the threshold',
    path: '/curve',
    ready: '.slider',
  },
  { name: 'page-requests', title: 'Requests', path: '/requests', ready: 'tbody tr' },
  {
    name: 'page-trace',
    title: 'The trace of a request',
    path: '/requests',
    ready: '.waterfall',
    before: openFirst,
  },
  { name: 'page-sessions', title: 'Sessions: the models of each turn', path: '/sessions', ready: 'tbody tr' },
  {
    name: 'page-label',
    title: 'Label: two answers, blind',
    path: '/label?policy=desk',
    ready: '.label-answers.two',
    before: askOther,
  },
  {
    name: 'page-routers',
    title: 'Routers and their versions',
    path: '/routers/desk',
    ready: 'main tbody tr',
  },
  { name: 'page-keys', title: 'Keys and budgets', path: '/keys', ready: 'main table' },
  // The last one, because it adds requests.
  {
    name: 'page-playground',
    title: 'Playground: the decision while one types, and two answers',
    path: `/playground#${new URLSearchParams({ turn: question })}`,
    ready: '.answer .measures a',
    before: askModels,
  },
]

async function openFirst(/** @type {import('playwright-core').Page} */ page) {
  await page.locator('tbody tr a[data-row]').first().click()
}

async function askOther(/** @type {import('playwright-core').Page} */ page) {
  // In the second scheme the other model has answered already.
  await page.locator('.label-offer .primary, .label-answers.two').first().waitFor()
  if (await page.locator('.label-offer .primary').isVisible()) await page.keyboard.press('a')
}

async function askModels(/** @type {import('playwright-core').Page} */ page) {
  await page.locator('.decided').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.locator('.answer .measures a').nth(1).waitFor()
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)')
}
