import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileTexts } from '../../../../../test/support/page/realistic-requests.ts'
import { requestEntry } from '../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../../database/open-database.ts'
import type { RequestEntry } from '../../../entries/entry.ts'
import { storePaths } from '../../../paths.ts'
import { openTextFiles } from '../../../texts/text-files.ts'
import { rollUp } from '../../../totals/roll-up.ts'
import type { TextSearch } from '../../answers/texts.ts'
import { readPrompts } from './read-prompts.ts'
import { searchTexts } from './search-texts.ts'

const day = 86_400_000
const end = Date.UTC(2026, 10, 30)
const body = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { text, totalBytes: text.length, isCut: false }
}
const user = (content: unknown) => ({ role: 'user', content })
const reply = (content: string) => ({
  id: 'c',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
})
const chat = (messages: readonly object[], answer = 'Done.') => ({
  request: body({ model: 'auto', messages }),
  response: body(reply(answer)),
})
const said = (content: string) => chat([user(content)])
const reminder = '<system-reminder>The file secret.ts is open.</system-reminder>'

const special: readonly (readonly [id: string, changes: Partial<RequestEntry>])[] = [
  [
    'turn',
    { text: chat([user('Buy a KAYAK'), { role: 'assistant', content: 'Which?' }, user('A red one')]) },
  ],
  [
    'agent',
    {
      text: chat([
        user([
          { type: 'text', text: reminder },
          { type: 'text', text: 'Fix the parser' },
        ]),
      ]),
    },
  ],
  ['image', { text: chat([user([{ type: 'image_url', image_url: { url: 'data:,' } }])]) }],
  ['answer', { text: chat([user('Where?')], 'In a kayak.') }],
  ['direction', { text: said(hostileTexts.direction) }],
  ['markup', { text: said(hostileTexts.markup) }],
  [
    'broken',
    { text: { request: body('{"model": "auto", "messages": [{"role":"kayak'), response: body('') } },
  ],
  [
    'embedding',
    {
      protocol: null,
      path: '/v1/embeddings',
      text: { request: body({ input: 'embed a kayak' }), response: body('') },
    },
  ],
  ['none', { text: null }],
  ['failed', { status: 502, text: said('a kayak that fails') }],
]
const entries = [
  ...Array.from({ length: 1200 }, (_, index) =>
    requestEntry(`r${index}`, {
      time: end - 2 * day + index * 60_000,
      key: index % 50 === 0 ? 'rare' : 'web',
      text: index % 3 === 0 ? null : said(`Question ${index} of a visitor`),
    }),
  ),
  ...special.map(([id, changes], index) => requestEntry(id, { time: end + index * 1000, ...changes })),
]

let folder = ''
let db: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-search-'))
  db = await openDatabase(join(folder, 'store.db'))
  const texts = openTextFiles(storePaths(folder).texts)
  await insertAll(db, { requests: entries.slice(0, 1000), texts })
  await rollUp(db)
  await insertAll(db, { requests: entries.slice(1000), texts })
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

const never = () => false
/** All pages, and how many there were. */
async function search(query: Partial<TextSearch>, isOver: () => boolean = never) {
  const found: { id: string; passage: string }[] = []
  let [pages, texts, searchedTo] = [0, 0, null as number | null]
  let before: number | undefined
  do {
    const page = await searchTexts(
      db,
      { text: '', whole: false, limit: 50, ...query, before },
      folder,
      isOver,
    )
    expect(page.requests.length).toBeLessThanOrEqual(query.limit ?? 50)
    found.push(...page.requests)
    pages++
    texts += page.texts
    searchedTo = page.searchedTo ?? searchedTo
    before = page.next ?? undefined
  } while (before !== undefined)
  return {
    ids: found.map(({ id }) => id),
    passages: found.map(({ passage }) => passage),
    pages,
    texts,
    searchedTo,
  }
}

describe('searchTexts', () => {
  it('finds what was asked last, the newest first, in upper and lower case', async () => {
    const { ids, passages, searchedTo } = await search({ text: 'QUESTION 119' })
    const wanted = entries.filter(({ id, text }) => /^r119\d?$/.test(id) && text !== null).map(({ id }) => id)
    expect(ids).toEqual(wanted.toReversed())
    expect(passages[0]).toBe('Question 1199 of a visitor')
    expect(searchedTo).toBe(entries[0]!.time)
  })

  it('of a session only the turn that said it; the whole with instructions, earlier turns and answers', async () => {
    expect((await search({ text: 'kayak' })).ids).toEqual(['failed', 'embedding', 'broken'])
    expect((await search({ text: 'kayak', whole: true })).ids).toEqual([
      'failed',
      'embedding',
      'broken',
      'answer',
      'turn',
    ])
    expect((await search({ text: 'a red one' })).ids).toEqual(['turn'])
  })

  it('not what an agent put around it, but in the whole', async () => {
    expect((await search({ text: 'secret.ts' })).ids).toEqual([])
    expect((await search({ text: 'secret.ts', whole: true })).ids).toEqual(['agent'])
    expect((await search({ text: 'fix the parser' })).passages).toEqual(['Fix the parser'])
  })

  it.each([
    [{ key: 'rare' }, 16],
    [{ key: 'rare', from: end - 2 * day + 600 * 60_000 }, 8],
    [{ key: 'nobody' }, 0],
    [{ status: 'error' as const }, 0],
    [{ session: 'talk', to: end - 2 * day + 6 * 60_000 }, 4],
  ])('with the other filters %j', async (filter, count) => {
    expect((await search({ text: 'visitor', ...filter })).ids).toHaveLength(count)
  })

  it('looks at all once, in whatever pieces', async () => {
    const once = await search({ text: 'visitor' })
    const calls = (most: number) => {
      let calls = 0
      return () => ++calls % most === 0
    }
    for (const [query, isOver] of [
      [{ limit: 7 }, never],
      [{}, calls(301)],
      [{}, calls(501)],
      [{ key: 'web', limit: 11 }, calls(83)],
    ] as const) {
      const again = await search({ text: 'visitor', ...query }, isOver)
      expect(again.pages).toBeGreaterThan(1)
      const isWeb = 'key' in query
      expect(again.ids).toEqual(isWeb ? once.ids.filter((id) => Number(id.slice(1)) % 50 !== 0) : once.ids)
      if (!isWeb) expect(again.texts).toBe(once.texts)
    }
    expect(once.texts).toBe(entries.filter(({ text }) => text !== null).length)
  })

  it('ends at once if no day of the time has texts', async () => {
    expect(await searchTexts(db, { text: 'a', whole: false, limit: 5, to: end - 3 * day }, folder)).toEqual({
      requests: [],
      next: null,
      searchedTo: null,
      texts: 0,
    })
    const elsewhere = join(folder, 'nowhere')
    const page = await searchTexts(db, { text: 'a', whole: false, limit: 5 }, elsewhere)
    expect(page).toMatchObject({ next: null, texts: 0 })
  })

  it('ends after 150 ms, with what it has found by then', async () => {
    const page = await searchTexts(db, { text: 'visitor', whole: false, limit: 200 }, folder, () => true)
    expect(page).toMatchObject({ next: entries.length, texts: 1, searchedTo: entries.at(-1)!.time })
  })
})

describe('readPrompts', () => {
  const read = async (ids: readonly string[], isOver = never) =>
    Object.fromEntries((await readPrompts(db, { ids }, folder, isOver)).map(({ id, prompt }) => [id, prompt]))

  it('has the beginning of what was asked last', async () => {
    expect(await read([...special.map(([id]) => id), 'r1', 'nobody', '__proto__'])).toEqual({
      turn: 'A red one',
      agent: 'Fix the parser',
      image: '',
      answer: 'Where?',
      direction: hostileTexts.direction,
      markup: hostileTexts.markup,
      broken: '{"model": "auto", "messages": [{"role":"kayak',
      embedding: '{"input":"embed a kayak"}',
      none: null,
      failed: 'a kayak that fails',
      r1: 'Question 1 of a visitor',
      nobody: null,
      ['__proto__']: null,
    })
  })

  it('reads one text at least, and leaves the others if the time is over', async () => {
    expect(await read(['r1', 'r2', 'r4', 'nobody'], () => true)).toEqual({
      r4: 'Question 4 of a visitor',
      nobody: null,
    })
  })
})
