import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseKeyFile } from '../../../../src/config/key-file/read-key-file.ts'
import type {
  CreateKeyAnswer,
  KeyCostAnswer,
  KeysAnswer,
  KeyUsageAnswer,
} from '../../../../src/server/admin/api/keys/routes.ts'
import { openExistingStore } from '../../../../src/store/open-existing.ts'
import { listAuditEvents } from '../../../../src/store/records/audit-trail.ts'
import { createRealisticRequests } from '../../../support/page/realistic-requests.ts'
import { realisticConfig, type ServedPage, servePage } from '../../../support/page/served-page.ts'
import { builtCli } from '../../../support/run-program.ts'

/** Half of the models are priced by it, so that budgets count. */
const config = `${realisticConfig}
learn: { trustedKeys: [trusted] }
keys:
  trusted: { hmac: "hmac-sha256:2d711642b726b04401627ca9fbac32f5:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" }
`
const entries = createRealisticRequests({ count: 600, until: Date.now() - 60_000, days: 30 })

let served: ServedPage
let keyFile = ''
beforeAll(async () => {
  served = await servePage(entries, { config: realisticConfig })
  keyFile = join(served.folder, 'routellm.keys.yaml')
})
afterAll(() => served.stop())

/** Keys that were made, and all that the API has said apart from them. */
const secrets: string[] = []
const answers: string[] = []

async function ask<Answer>(
  path: string,
  body?: object,
  { url, token } = served,
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${url}/admin/api${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })
  const { key, ...answer } = (await response.json()) as { key?: string }
  if (key !== undefined) secrets.push(key)
  answers.push(JSON.stringify(answer))
  return { status: response.status, body: { ...answer, ...(key !== undefined && { key }) } as Answer }
}

const list = async () => (await ask<KeysAnswer>('/keys')).body

async function chat(key: string | null, url = served.url): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({
      model: 'gpt-5-mini',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  })
  return { status: response.status, text: await response.text() }
}

it('a key is made, limited, refused over its budget, and revoked, each at once', async () => {
  expect((await chat(null)).status).toBe(200)
  const before = await list()
  expect(before).toMatchObject({ keys: [], unnamedKeys: 0, file: keyFile, problem: null, needsKey: false })
  expect(before.models).toContain('gpt-5-mini')

  const made = await ask<CreateKeyAnswer>('/keys', {
    name: 'app',
    revision: before.revision,
    settings: { usdPerDay: 5, requestsPerMinute: 60 },
  })
  expect(made.status).toBe(200)
  const { key } = made.body
  // The gateway had no keys; now every client needs one.
  expect((await chat(null)).status).toBe(401)
  expect((await chat(key)).status).toBe(200)
  expect(await readFile(keyFile, 'utf8')).not.toContain(key)
  if (process.platform !== 'win32') expect((await stat(keyFile)).mode & 0o777).toBe(0o600)

  const limited = await ask('/keys/change', {
    name: 'app',
    revision: (await list()).revision,
    settings: { usdPerDay: 0.000001 },
  })
  expect(limited).toMatchObject({ status: 200, body: { isChanged: true } })
  expect(await chat(key)).toMatchObject({ status: 429, text: expect.stringContaining('budget_exceeded') })
  const now = await list()
  expect(now.keys).toMatchObject([{ name: 'app', usdPerDay: 0.000001, isOfConfiguration: false }])
  expect(JSON.stringify(now)).not.toContain('hmac-sha256')
  expect(
    await ask('/keys/change', { name: 'app', revision: now.revision, settings: { usdPerDay: 0.000001 } }),
  ).toMatchObject({
    body: { isChanged: false },
  })

  const another = await ask<CreateKeyAnswer>('/keys', { name: 'other', revision: now.revision, settings: {} })
  expect((await ask('/keys/revoke', { name: 'app', revision: (await list()).revision })).status).toBe(200)
  expect(await chat(key)).toMatchObject({
    status: 401,
    text: expect.stringContaining('The client key was revoked.'),
  })
  expect(await chat('rllm-no-key-of-anybody')).toMatchObject({
    status: 401,
    text: expect.stringContaining('The client key is not known here.'),
  })
  expect((await chat(another.body.key)).status).toBe(200)
  expect(await ask('/keys/revoke', { name: 'app', revision: 'any' })).toMatchObject({
    status: 200,
    body: { isChanged: false },
  })

  // The refusals with the revoked key are counted, and are no requests: whoever has it could fill the store.
  expect((await list()).revoked).toEqual([{ name: 'app', refused: 1, lastRefused: expect.any(Number) }])
  const use = {
    name: 'app',
    refusedToday: { overLimit: 1, notAllowed: 0 },
    today: { requests: 2 },
    lastUsed: { unit: 'hour' },
  }
  expect((await ask<KeyUsageAnswer>('/keys/usage?key=app')).body.keys).toMatchObject([use])
  const { body: all } = await ask<KeyUsageAnswer>('/keys/usage')
  expect(all.keys).toContainEqual(expect.objectContaining({ name: 'app' }))
})

it('a request counts in the first answer after its reply', async () => {
  const { revision } = await list()
  const made = await ask<CreateKeyAnswer>('/keys', {
    name: 'fresh',
    revision,
    settings: { models: ['gpt-5-mini'], usdPerMonth: 5 },
  })
  for (const requests of [1, 2]) {
    expect((await chat(made.body.key)).status).toBe(200)
    const { keys } = (await ask<KeyUsageAnswer>('/keys/usage?key=fresh')).body
    expect(keys).toMatchObject([{ name: 'fresh', today: { requests } }])
    expect(keys[0]!.today.usd).toBeGreaterThan(0)
    expect((await ask<KeyCostAnswer>('/keys/cost?key=fresh')).body.todayUsd).toBe(keys[0]!.today.usd)
  }
  const { revision: now } = await list()
  await ask('/keys/change', { name: 'fresh', revision: now, settings: { models: ['gpt-5'] } })
  expect((await chat(made.body.key)).status).toBe(403)
  expect((await ask<KeyUsageAnswer>('/keys/usage?key=fresh')).body.keys).toMatchObject([
    { refusedToday: { overLimit: 0, notAllowed: 1 }, today: { requests: 3 } },
  ])
})

it('what is wrong is refused with a sentence, and nothing is changed', async () => {
  const { revision, keys } = await list()
  const refused = async (path: string, body: object) => {
    const { status, body: answer } = await ask<{ error: { code: string; message: string; param: string } }>(
      path,
      body,
    )
    return [status, answer.error.code, answer.error.param, answer.error.message] as const
  }
  const settings = {}
  expect(await refused('/keys', { name: 'two words', revision, settings })).toEqual([
    ...[400, 'bad_request', 'name'],
    expect.stringContaining('must have 1 to 100 letters'),
  ])
  expect(
    await refused('/keys', { name: 'x', revision, settings: { usdPerDay: '1,5', tokensPerMinute: 'abc' } }),
  ).toEqual([
    ...[400, 'bad_request', 'tokensPerMinute'],
    'Tokens a minute: "abc" is not a number: write one such as 60. Daily budget: "1,5" has a comma: write 1.5.',
  ])
  expect(await refused('/keys', { name: 'x', revision, settings: { models: ['gpt-6'] } })).toEqual([
    ...[400, 'bad_request', 'models'],
    expect.stringContaining('Models: no model "gpt-6". Did you mean "gpt-5"?'),
  ])
  expect(await refused('/keys', { name: 'x', revision, settings: { hmac: 'mine', usdPerDai: 1 } })).toEqual([
    ...[400, 'bad_request', 'usdPerDai'],
    expect.stringContaining('Did you mean "usdPerDay"?'),
  ])
  expect((await refused('/keys', { name: keys[0]!.name, revision, settings })).slice(0, 2)).toEqual([
    409,
    'key_exists',
  ])
  // A second page that has not seen the last change.
  expect((await refused('/keys', { name: 'x', revision: 'old', settings })).slice(0, 2)).toEqual([
    409,
    'keys_changed',
  ])
  expect((await refused('/keys/change', { name: 'none', revision, settings })).slice(0, 2)).toEqual([
    404,
    'unknown_key',
  ])
  expect(await list()).toMatchObject({ revision })
})

/** Each change, with what is wrong with the key file, and not because the keys were changed. */
async function isRefused(revision: string): Promise<void> {
  const before = await readFile(keyFile, 'utf8')
  const body = { name: 'other', revision, settings: {} }
  for (const [path, asked] of [
    ['/keys', { ...body, name: 'more' }],
    ['/keys/change', body],
    ['/keys/revoke', { name: 'other', revision }],
  ] as const)
    expect(await ask(path, asked), path).toMatchObject({
      status: 409,
      body: { error: { code: 'invalid_keys', message: expect.stringContaining('has a mistake') } },
    })
  expect(await readFile(keyFile, 'utf8')).toBe(before)
}

it('a key file that a person edits is followed, and a broken one keeps the keys before', async () => {
  const { keys } = await list()
  const text = await readFile(keyFile, 'utf8')
  await writeFile(keyFile, 'version: 1\nkeys: { other: { hmac: "none" } }\n')
  const broken = await list()
  expect(broken.keys).toEqual(keys)
  expect(broken.problem).toMatch(
    /has a mistake.*routellm\.keys\.yaml:2: keys\.other\.hmac: .*is not an HMAC/s,
  )
  await isRefused(broken.revision)
  await writeFile(keyFile, text.replace('other:', 'other:\n    models: [gpt-6]'))
  const unknown = await list()
  expect(unknown.problem).toContain('no model "gpt-6"')
  await isRefused(unknown.revision)
  await writeFile(keyFile, `${text.replace('other:', '# of the tests\n  other:')}`)
  const { revision } = await list()
  expect(
    await ask('/keys/change', { name: 'other', revision, settings: { tags: [], usdPerMonth: 7 } }),
  ).toMatchObject({
    status: 200,
  })
  expect(await readFile(keyFile, 'utf8')).toContain('# of the tests')

  await writeFile(keyFile, 'version: 1\nkeys: [')
  const wrong = await ask<{ error: { code: string; message: string } }>('/keys/revoke', {
    name: 'other',
    revision: (await list()).revision,
  })
  expect(wrong).toMatchObject({ status: 409, body: { error: { code: 'invalid_yaml' } } })
  expect((await list()).problem).toContain('has a mistake')
  await writeFile(keyFile, text)
})

/** Makes a key, as often as that is refused because the keys were changed meanwhile. */
async function makeKey(name: string, on: ServedPage): Promise<string> {
  while (true) {
    const { revision } = (await ask<KeysAnswer>('/keys', undefined, on)).body
    const { status, body } = await ask<CreateKeyAnswer>('/keys', { name, revision, settings: {} }, on)
    if (status === 409) continue
    expect(status).toBe(200)
    return body.key
  }
}

it('two servers on the same file follow each other, and lose no key of those that both make at once', async () => {
  const child = spawn(process.execPath, [builtCli, 'serve', '--port', '0', '--json', '--no-store'], {
    cwd: served.folder,
    env: { ...process.env, ROUTELLM_ADMIN_TOKEN: served.token },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stderr })
  const said = (part: string) =>
    new Promise<void>((resolve) => lines.on('line', (line) => line.includes(part) && resolve()))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  const reloaded = said('Reloaded')
  const both = await makeKey('both', served)
  await reloaded
  expect((await chat(both, url)).status).toBe(200)
  const again = said('Reloaded')
  const there = { ...served, url }
  const { revision } = (await ask<KeysAnswer>('/keys', undefined, there)).body
  expect((await ask('/keys/revoke', { name: 'both', revision }, there)).status).toBe(200)
  expect((await chat(both, url)).status).toBe(401)
  await again

  const made: string[] = []
  const makeTen = async (prefix: string, on: ServedPage) => {
    for (let index = 0; index < 10; index++) {
      await makeKey(`${prefix}-${index}`, on)
      made.push(`${prefix}-${index}`)
    }
  }
  await Promise.all([makeTen('a', served), makeTen('b', served), makeTen('c', there), makeTen('d', there)])
  const { keys } = parseKeyFile(await readFile(keyFile, 'utf8'), keyFile)
  expect(keys.map(({ name }) => name)).toEqual(expect.arrayContaining(made))
  expect((await readdir(served.folder)).filter((name) => name.startsWith('.routellm.keys'))).toEqual([])
  // SIGTERM would wait for a load balancer.
  child.kill('SIGINT')
  await once(child, 'exit')
})

it('usage and the coming costs are those of the store', async () => {
  const { body: all } = await ask<KeyCostAnswer>('/keys/cost')
  expect(all.days.length).toBeGreaterThan(20)
  const past = entries.filter(({ time }) => time < all.today)
  expect(all.days.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(
    past.reduce((sum, { chargedUsd }) => sum + (chargedUsd ?? 0), 0),
    5,
  )
  expect(all.forecast).toMatchObject({ kind: 'known' })
  const { body: of } = await ask<KeyCostAnswer>('/keys/cost?key=web')
  expect(of.days.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThan(
    all.days.reduce((sum, { usd }) => sum + usd, 0),
  )
  expect((await ask<KeyCostAnswer>('/keys/cost?key=nobody')).body).toMatchObject({
    days: [],
    forecast: { kind: 'unknown', days: 0 },
  })
})

it('each change is in the audit trail, by the page, and no secret in it or in an answer but that of its making', async () => {
  const db = await openExistingStore(join(served.folder, '.routellm'))
  const events = (await listAuditEvents(db, { limit: 50 })).toReversed()
  await db.destroy()
  expect(events.slice(0, 4).map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
    ['page', 'create-key', 'app'],
    ['page', 'change-key', 'app'],
    ['page', 'create-key', 'other'],
    ['page', 'revoke-key', 'app'],
  ])
  for (const path of ['/audit?limit=100', '/status', '/keys', '/keys/usage']) await ask(path)
  const said = [JSON.stringify(events), ...answers].join('\n')
  expect(secrets.length).toBeGreaterThan(40)
  for (const secret of [...secrets, served.token]) expect(said).not.toContain(secret)
  expect(said).not.toMatch(/hmac-sha256:[0-9a-f]/)
})

it('keys of the configuration are shown and stay, and a trusted one is needed', async () => {
  const own = await servePage([], { config })
  const { revision, keys } = (await ask<KeysAnswer>('/keys', undefined, own)).body
  expect(keys).toMatchObject([{ name: 'trusted', isOfConfiguration: true }])
  for (const path of ['/keys/change', '/keys/revoke'])
    expect(
      await ask(path, { name: 'trusted', revision, ...(path === '/keys/change' && { settings: {} }) }, own),
    ).toMatchObject({
      status: 409,
      body: { error: { code: 'keys_fixed' } },
    })
  await own.stop()
})
