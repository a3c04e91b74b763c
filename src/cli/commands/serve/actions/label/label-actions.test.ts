import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wordRouter } from '../../../../../../test/support/gateway-under-test.ts'
import { requestEntry } from '../../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../../test/support/store/insert-entries.ts'
import { createMemoryLedger } from '../../../../../gateway/accounts/memory/memory-ledger.ts'
import { createGateway, type Gateway } from '../../../../../gateway/gateway.ts'
import { labelAccount, type ShadowPair } from '../../../../../gateway/shadow/shadow-pair.ts'
import { createShadowAccount } from '../../../../../jobs/shadow/shadow-account.ts'
import { createDemoProvider } from '../../../../../providers/demo/provider.ts'
import type { Provider } from '../../../../../providers/provider.ts'
import type { LabelActions, Verdict } from '../../../../../server/admin/actions/label-actions.ts'
import { type Database, openDatabase } from '../../../../../store/database/open-database.ts'
import { storePaths } from '../../../../../store/paths.ts'
import { readFunctions } from '../../../../../store/reader/read-functions.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import { answerQueueItem, putUp } from '../../../../../store/records/label-queue.ts'
import { openTextFiles } from '../../../../../store/texts/text-files.ts'
import { changeFunctions } from '../../../../../store/worker/changes/change-functions.ts'
import type { StoreChanger } from '../../../../../store/worker/changes/changes.ts'
import { createLabelActions } from './label-actions.ts'
import { createOtherAnswers } from './other-answers.ts'
import { createShownItems } from './shown-items.ts'

let folder: string
let db: Database
let pairs: ShadowPair[]
let time = 1000
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-label-actions-'))
  db = await openDatabase(storePaths(folder).database)
  pairs = []
  const body = (value: object) => {
    const text = JSON.stringify(value)
    return { text, totalBytes: text.length, isCut: false }
  }
  const request = body({ model: 'auto', messages: [{ role: 'user', content: 'a question' }] })
  const text = { request, response: body({ choices: [{ message: { content: 'the kept answer' } }] }) }
  const candidates = ['dear', 'cheap'].map((model) => ({ model, usd: 0.001, score: null, excluded: null }))
  const entries = [
    requestEntry('both', { model: 'dear', usd: 0.012, candidates, text }),
    requestEntry('by-cheap', { model: 'cheap', usd: 0.002, candidates, text }),
    requestEntry('alone', { model: 'dear', stream: true, candidates: candidates.slice(0, 1), text }),
    requestEntry('textless', { model: 'dear', candidates }),
  ]
  await insertAll(db, { requests: entries, texts: openTextFiles(storePaths(folder).texts) })
  const item = { time: 1, reason: 'uncertain', worth: 0.5, propensity: 0.25 } as const
  await putUp(
    db,
    entries.map(({ id }) => ({ requestId: id, ...item })),
  )
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

type Options = {
  readonly dearer?: number
  /** Whether the model has prices. */
  readonly isCheapPriced?: boolean
  readonly isFirstLeft?: boolean
  readonly usdPerDay?: number
  readonly provider?: Provider
}

function createActions({
  dearer = 1,
  isCheapPriced = true,
  isFirstLeft = true,
  usdPerDay = 1,
  provider = createDemoProvider(),
}: Options = {}): {
  readonly actions: LabelActions
  readonly gateway: Gateway
} {
  const gateway = createGateway({
    routers: [wordRouter],
    providers: [provider],
    models: ['dear', 'cheap'].map((name) => ({
      name,
      provider: 'demo',
      upstream: `upstream-${name}`,
      ...((name === 'dear' || isCheapPriced) && {
        inputUsdPerMillionTokens: name === 'dear' ? dearer : 1,
        outputUsdPerMillionTokens: name === 'dear' ? 10 * dearer : 10,
      }),
    })),
    pair: { strong: 'dear', weak: 'cheap' },
    auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    log: { warn() {} },
  })
  const ledger = createMemoryLedger(() => time)
  const reader = {
    read: (name: keyof typeof readFunctions, query: never) => readFunctions[name](db, query, folder),
    close: () => Promise.resolve(),
  } as unknown as StoreReader
  const changer = {
    change: (name: keyof typeof changeFunctions, change: never) => changeFunctions[name](db, change),
  } as unknown as StoreChanger
  const actions = createLabelActions({
    reader,
    changer,
    others: createOtherAnswers({
      account: () => createShadowAccount(ledger, usdPerDay, { id: labelAccount, label: 'labels' }),
      keeper: { addShadowPair: (pair) => void pairs.push(pair) },
      now: () => time,
    }),
    shown: createShownItems(() => isFirstLeft),
    programs: {
      select: () => Promise.reject(new Error('not here')),
      progress: () => Promise.reject(new Error('not here')),
      close: () => Promise.resolve(),
    },
    settings: () => ({ text: 'full', perDay: null, usdPerDay }),
    now: () => ++time,
  })
  return { actions, gateway }
}

const never = new AbortController().signal
const labels = () => db.selectFrom('labels').select(['request_id', 'scores', 'propensity', 'actor']).execute()
const states = async () =>
  Object.fromEntries(
    (await db.selectFrom('label_queue').select(['request_id', 'state']).execute()).map((row) => [
      row.request_id,
      row.state,
    ]),
  )

describe('two answers', () => {
  it.each([
    [true, 'left', { dear: 1, cheap: 0 }],
    [true, 'right', { dear: 0, cheap: 1 }],
    [false, 'left', { dear: 0, cheap: 1 }],
    [false, 'right', { dear: 1, cheap: 0 }],
    [false, 'equal', { dear: 0.5, cheap: 0.5 }],
    [true, 'bad', { dear: 0, cheap: 0 }],
  ] as const)(
    'with the client’s on the left (%s), "%s" is about the right model',
    async (isFirstLeft, verdict, scores) => {
      const { actions, gateway } = createActions({ isFirstLeft })
      const before = await actions.open(gateway, { requestId: 'both', one: false })
      expect(before.answers).toEqual({
        kind: 'hidden',
        offer: { kind: 'possible', expectedUsd: expect.closeTo(0.004, 3) },
      })
      const shown = await actions.ask(gateway, 'both', never)
      const { answers } = shown
      if (answers.kind !== 'two') throw new Error(answers.kind)
      expect(isFirstLeft ? answers.left : answers.right).toBe('the kept answer')
      expect(isFirstLeft ? answers.right : answers.left).toContain(
        '"upstream-cheap" would have answered here',
      )
      const revealed = await actions.answer({ shown: shown.shown, verdict, by: 'ann' })
      expect(Object.fromEntries(revealed.models.map(({ model, score }) => [model, score]))).toEqual(scores)
      expect(revealed.models[isFirstLeft ? 0 : 1]).toMatchObject({ model: 'dear' })
      expect(await labels()).toEqual([
        { request_id: 'both', scores: expect.any(String), propensity: 0.25, actor: 'ann' },
      ])
      expect(JSON.parse((await labels())[0]!.scores)).toEqual(scores)
      const audit = await db
        .selectFrom('audit_trail')
        .select(['actor', 'action', 'subject', 'detail'])
        .execute()
      expect(audit).toEqual([{ actor: 'page', action: 'label', subject: 'both', detail: expect.any(String) }])
      expect(JSON.parse(audit[0]!.detail!)).toEqual({
        verdict,
        by: 'ann',
        left: isFirstLeft ? 'dear' : 'cheap',
        right: isFirstLeft ? 'cheap' : 'dear',
      })
    },
  )

  it('name no model before the choice, beyond what an answer itself says', async () => {
    const { actions, gateway } = createActions()
    const items = [
      await actions.open(gateway, { requestId: 'both', one: false }),
      await actions.ask(gateway, 'both', never),
      await createActions().actions.open(gateway, { requestId: 'both', one: true }),
    ]
    for (const item of items) {
      const said = JSON.stringify(item).replaceAll('upstream-cheap', '')
      expect(said).not.toMatch(/dear|cheap|demo-/)
    }
  })

  it('are offered at the same price whichever model answered', async () => {
    const { actions, gateway } = createActions({ dearer: 7 })
    const offers = []
    for (const requestId of ['both', 'by-cheap']) {
      const { answers } = await actions.open(gateway, { requestId, one: false })
      offers.push(answers.kind === 'hidden' && answers.offer)
    }
    // 400 tokens of the reply at $70 a million, and a few of the prompt.
    expect(offers[0]).toEqual({ kind: 'possible', expectedUsd: expect.closeTo(0.028, 3) })
    expect(offers[1]).toEqual(offers[0])
  })

  it('are offered or not whichever model answered', async () => {
    const { actions, gateway } = createActions({ isCheapPriced: false })
    const offers = []
    for (const requestId of ['both', 'by-cheap']) {
      const { answers } = await actions.open(gateway, { requestId, one: false })
      offers.push(answers.kind === 'hidden' && answers.offer)
      await expect(actions.ask(gateway, requestId, never)).rejects.toThrow(/fewer than two have a price/)
    }
    expect(offers[0]).toMatchObject({ kind: 'impossible', why: expect.stringMatching(/fewer than two/) })
    expect(offers[1]).toEqual(offers[0])
  })

  it('stay two: the one answer alone would tell which of them is the client’s', async () => {
    const { actions, gateway } = createActions()
    await actions.ask(gateway, 'both', never)
    expect((await actions.open(gateway, { requestId: 'both', one: true })).answers.kind).toBe('two')
  })

  it('cost what is kept and counted, once, also if two ask at the same time', async () => {
    const { actions, gateway } = createActions()
    await Promise.all([actions.ask(gateway, 'both', never), actions.ask(gateway, 'both', never)])
    await actions.ask(gateway, 'both', never)
    expect(pairs).toMatchObject([
      {
        ...{ requestId: 'both', model: 'dear', otherModel: 'cheap', problem: 'person', verdict: null },
        ...{ propensity: 0.25, labelPropensity: null, account: 'labels', judgeUsd: 0 },
      },
    ])
    expect(pairs[0]?.chargedUsd).toBeGreaterThan(0)
    expect(pairs[0]?.chargedUsd).toBe(pairs[0]?.otherUsd)
  })

  it('are not asked for beyond the dollars of the day', async () => {
    const { actions, gateway } = createActions({ usdPerDay: 0.001 })
    await expect(actions.ask(gateway, 'both', never)).rejects.toMatchObject({ code: 'budget-exceeded' })
    expect(pairs).toEqual([])
  })

  it('need another model; one that fails is not named', async () => {
    const closed = createDemoProvider()
    await closed.close()
    const { actions, gateway } = createActions({ provider: closed })
    const failed = await actions.ask(gateway, 'both', never).catch((error: Error) => error)
    expect(failed).toMatchObject({ code: 'no-answer-to-compare', status: 502 })
    expect(String(failed)).not.toMatch(/dear|cheap/)
    expect(pairs).toMatchObject([{ problem: 'other-failed', otherUsd: 0 }])
    await expect(actions.ask(gateway, 'alone', never)).rejects.toMatchObject({
      code: 'bad-request',
      status: 409,
    })
  })

  it('are given up if everyone who waits for them leaves', async () => {
    let [begun, aborted] = [0, 0]
    const silent: Provider = {
      name: 'demo',
      stream: () => {
        begun++
        return () => void aborted++
      },
      call: () => Promise.reject(new Error('not used')),
      close: () => Promise.resolve(),
    }
    const { actions, gateway } = createActions({ provider: silent })
    const waiting = [new AbortController(), new AbortController()]
    const asked = waiting.map(({ signal }) =>
      actions.ask(gateway, 'both', signal).catch((reason: unknown) => reason),
    )
    // The second one waits for the same call once its item is read.
    await expect.poll(() => begun).toBe(1)
    await actions.open(gateway, { requestId: 'both', one: false })
    waiting[0]?.abort('left')
    expect(aborted).toBe(0)
    waiting[1]?.abort('left')
    expect(await Promise.all(asked)).toEqual(['left', 'left'])
    expect(aborted).toBe(1)
  })
})

describe('one answer', () => {
  it.each([
    ['good', 1],
    ['bad', 0],
  ] as const)('that is %s gives its model alone a score', async (verdict, score) => {
    const { actions, gateway } = createActions()
    const hidden = await actions.open(gateway, { requestId: 'alone', one: false })
    expect(hidden.answers).toMatchObject({ kind: 'hidden', offer: { kind: 'impossible' } })
    const { shown, answers } = await actions.open(gateway, { requestId: 'alone', one: true })
    expect(answers).toMatchObject({ kind: 'one', answer: 'the kept answer' })
    await actions.answer({ shown, verdict, by: null })
    expect(await labels()).toMatchObject([{ scores: JSON.stringify({ dear: score }), actor: null }])
  })

  it('stays alone: beside another one it would be known', async () => {
    const { actions, gateway } = createActions()
    const { answers } = await actions.open(gateway, { requestId: 'both', one: true })
    expect(answers).toEqual({ kind: 'one', answer: 'the kept answer' })
    const refused = actions.ask(gateway, 'both', never)
    await expect(refused).rejects.toMatchObject({ code: 'label-shown-alone', status: 409 })
    expect(pairs).toEqual([])
    expect((await actions.open(gateway, { requestId: 'both', one: false })).answers.kind).toBe('one')
  })

  it.each(['left', 'equal'] as Verdict[])('takes no "%s"', async (verdict) => {
    const { actions, gateway } = createActions()
    const { shown } = await actions.open(gateway, { requestId: 'alone', one: true })
    await expect(actions.answer({ shown, verdict, by: null })).rejects.toMatchObject({ param: 'verdict' })
    expect(await labels()).toEqual([])
  })

  it('that is not kept can be skipped only', async () => {
    const { actions, gateway } = createActions()
    const { shown, answers } = await actions.open(gateway, { requestId: 'textless', one: false })
    expect(answers.kind).toBe('unreadable')
    await expect(actions.answer({ shown, verdict: 'good', by: null })).rejects.toMatchObject({
      param: 'verdict',
    })
    expect((await actions.answer({ shown, verdict: 'skip', by: null })).models).toEqual([])
    expect((await states()).textless).toBe('skipped')
  })
})

describe('what was said', () => {
  it('is refused if somebody else was faster, and counts once', async () => {
    const { actions, gateway } = createActions()
    const [one, other] = [
      await actions.ask(gateway, 'both', never),
      await actions.ask(gateway, 'both', never),
    ]
    await actions.answer({ shown: one.shown, verdict: 'left', by: 'ann' })
    const late = actions.answer({ shown: other.shown, verdict: 'right', by: 'bob' })
    await expect(late).rejects.toMatchObject({ code: 'label-changed', status: 409 })
    await expect(late).rejects.toThrow('ann has answered this request meanwhile')
    expect(await labels()).toMatchObject([{ scores: '{"dear":1,"cheap":0}', actor: 'ann' }])
    expect(await db.selectFrom('audit_trail').selectAll().execute()).toHaveLength(1)
  })

  it('can be taken back, and what it replaced is back then', async () => {
    const { actions, gateway } = createActions()
    await answerQueueItem(db, { requestId: 'both', scores: { dear: 0.7 }, actor: 'ann', time: 5 })
    const shown = await actions.ask(gateway, 'both', never)
    expect(shown.before).toEqual({ kind: 'answered', time: 5, by: 'ann' })
    await actions.answer({ shown: shown.shown, verdict: 'right', by: null })
    expect(await labels()).toMatchObject([{ scores: '{"dear":0,"cheap":1}', actor: null }])
    expect(await actions.undo(shown.shown)).toEqual({ requestId: 'both' })
    expect(await labels()).toMatchObject([{ scores: '{"dear":0.7}', actor: 'ann' }])
    await expect(actions.undo(shown.shown)).rejects.toMatchObject({ code: 'label-not-shown' })
  })

  it('waits again after its first answer or a skip is taken back', async () => {
    const { actions, gateway } = createActions()
    for (const verdict of ['left', 'skip'] as const) {
      const { shown } = await actions.ask(gateway, 'both', never)
      await actions.answer({ shown, verdict, by: null })
      expect((await states()).both).not.toBe('waiting')
      await actions.undo(shown)
      expect(await labels()).toEqual([])
      expect((await states()).both).toBe('waiting')
    }
  })

  it('is refused by a server that does not know what was shown', async () => {
    const { actions, gateway } = createActions()
    const { shown } = await actions.ask(gateway, 'both', never)
    const restarted = createActions({ isFirstLeft: false }).actions
    await expect(restarted.answer({ shown, verdict: 'left', by: null })).rejects.toMatchObject({
      code: 'label-not-shown',
      status: 409,
    })
    expect(await labels()).toEqual([])
  })

  it('is about a request that was put up', async () => {
    const { actions, gateway } = createActions()
    await expect(actions.open(gateway, { requestId: 'none', one: false })).rejects.toMatchObject({
      code: 'unknown-request',
      status: 404,
    })
  })
})
