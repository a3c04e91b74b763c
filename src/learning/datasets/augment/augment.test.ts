import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson } from '../../../../test/support/servers/embedding-server.ts'
import {
  answerChat,
  type ScriptedJudge,
  startScriptedJudge,
} from '../../../../test/support/servers/scripted-judge.ts'
import type { Provider } from '../../../providers/provider.ts'
import { createProvider } from '../../../providers/registry.ts'
import { createBudget } from '../../labels/chat/budget.ts'
import { type ChatEndpointOptions, createChatEndpoint } from '../../labels/chat/chat-endpoint.ts'
import { type AugmentOptions, augmentPrompts } from './augment.ts'
import { parseVariation } from './variation-prompts.ts'

/**
 * A writer that answers `<kind> of <the prompt's last word>` and a judge that finds paraphrases the same, and what
 * says harder to be harder than what does not, easier the other way round. A prompt's first word makes it err:
 * `echo` gives the prompt back, `mute` says nothing, `alike` always writes the same, `spoilt` is never accepted.
 */
let server: ScriptedJudge
let provider: Provider
beforeEach(async () => {
  server = await startScriptedJudge()
  provider = await createProvider({ kind: 'openai-compatible', name: 'local', baseUrl: server.baseUrl })
  server.intercept = (response, _count, { body }) => {
    const [system = '', user = ''] = body.messages.map(({ content }) => content)
    if (system.startsWith('You write variations')) answerChat(response, written(user))
    else if (system.startsWith('You check whether'))
      answerChat(response, /spoilt/.test(user) ? '[[NO]]' : '[[YES]]')
    else answerChat(response, harderOf(user))
    return true
  }
})
afterEach(async () => {
  await provider.close()
  await server.close()
})

function written(user: string): string {
  const origin = /<message \w+>\n(.*)\n<\/message/.exec(user)?.[1] ?? ''
  const kind = user.includes('clearly easier')
    ? 'Easier'
    : user.includes('clearly harder')
      ? 'Harder'
      : 'Other words'
  if (origin.startsWith('echo')) return `<variation>${origin.toUpperCase()}!</variation>`
  if (origin.startsWith('mute')) return 'Here you are.'
  if (origin.startsWith('alike')) return '<variation>Always this</variation>'
  const spoilt = origin.startsWith('spoilt') ? ' spoilt' : ''
  return `Sure: <variation>${kind} of ${origin.split(' ').at(-1)}${spoilt}</variation>`
}

function harderOf(user: string): string {
  if (user.includes('spoilt')) return '[[C]]'
  const rank = (name: string) => {
    const text = new RegExp(`<answer-${name} \\w+>\\n(.*)\\n`).exec(user)?.[1] ?? ''
    return text.startsWith('Harder') ? 2 : text.startsWith('Easier') ? 0 : 1
  }
  return rank('a') > rank('b') ? '[[A]]' : '[[B]]'
}

const model = {
  name: 'local/writer',
  provider: 'local',
  upstream: 'writer',
  inputUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 1,
}
const augment = (
  prompts: readonly string[],
  options: Partial<AugmentOptions> = {},
  endpoint: Partial<ChatEndpointOptions> = {},
) =>
  augmentPrompts(prompts, {
    writer: createChatEndpoint({ provider, model, ...endpoint }),
    seed: 1,
    ...options,
  })

const numbered = (count: number, word = 'plain') =>
  Array.from({ length: count }, (_, index) => `${word} question number n${index}`)

describe('augmentPrompts', () => {
  it('writes variations up to the share, marked with their origin', async () => {
    const { prompts, report } = await augment(numbered(7))
    expect(report).toMatchObject({ prompts: 7, wanted: 3, nearEqual: 0, rejected: 0, unparsable: 0 })
    expect(prompts).toHaveLength(3)
    for (const { prompt, synthetic, origin, variation } of prompts) {
      const kind = { paraphrase: 'Other words', easier: 'Easier', harder: 'Harder' }[variation]
      expect([prompt, synthetic]).toEqual([`${kind} of ${origin.split(' ').at(-1)}`, true])
    }
    expect(new Set(prompts.map(({ origin }) => origin)).size).toBe(3)
  })

  it('gives the same for the same seed, however many are in work, and other prompts for another', async () => {
    const one = await augment(numbered(20), { atOnce: 1 })
    const many = await augment(numbered(20), { atOnce: 20 })
    const other = await augment(numbered(20), { seed: 2 })
    expect(many).toEqual(one)
    expect(other.prompts).not.toEqual(one.prompts)
  })

  it('drops what is nearly its origin, says nothing, repeats, or is rejected, and takes others instead', async () => {
    const prompts = [
      ...numbered(2, 'echo'),
      ...numbered(2, 'mute'),
      ...numbered(2, 'spoilt'),
      ...numbered(2, 'alike'),
    ]
    const { prompts: kept, report } = await augment(prompts, {
      maxSyntheticShare: 0.9,
      kinds: ['paraphrase'],
    })
    expect(report).toEqual({
      prompts: 8,
      wanted: 72,
      kept: { paraphrase: 1, easier: 0, harder: 0 },
      nearEqual: 3,
      rejected: 2,
      unparsable: 2,
      refused: 0,
      firstRefusal: null,
      overBudget: 0,
    })
    expect(kept.map(({ prompt }) => prompt)).toEqual(['Always this'])
  })

  it('asks about difficulty in both orders', async () => {
    await augment(['plain question n0'], { kinds: ['harder'], maxSyntheticShare: 0.5 })
    expect(server.requests).toHaveLength(3)
    const { prompts, report } = await augment(['spoilt question n0'], {
      kinds: ['easier'],
      maxSyntheticShare: 0.5,
    })
    expect([prompts, report.rejected]).toEqual([[], 1])
  })

  it('asks another model to judge where there is one', async () => {
    const judge = createChatEndpoint({
      provider,
      model: { ...model, name: 'local/judge', upstream: 'judge' },
    })
    await augment(['plain question n0'], { judge, kinds: ['paraphrase'], maxSyntheticShare: 0.5 })
    expect(server.requests.map(({ body }) => body.model)).toEqual(['writer', 'judge'])
  })

  it('counts what is synthetic already, and writes none of it again', async () => {
    expect((await augment(numbered(7), { existing: ['a', 'b'] })).report.wanted).toBe(1)
    const { prompts } = await augment(['plain n0'], {
      existing: ['other words of n0!'],
      kinds: ['paraphrase'],
      maxSyntheticShare: 0.7,
    })
    expect(prompts).toEqual([])
  })

  it('stops at the budget with what it has', async () => {
    const { prompts, report } = await augment(
      numbered(40),
      { atOnce: 1 },
      { budget: createBudget(0.003), maxTokens: 200 },
    )
    expect(report.overBudget).toBeGreaterThan(0)
    expect(prompts.length).toBeGreaterThan(0)
    expect(prompts.length).toBeLessThan(report.wanted)
  })

  it('goes on after a prompt that the endpoint does not take, and says what it said', async () => {
    const answers = server.intercept
    server.intercept = (response, count, request) => {
      if (!request.text.includes('long')) return answers(response, count, request)
      answerJson(response, 400, { error: 'too long' })
      return true
    }
    const prompts = [...numbered(2, 'long'), ...numbered(2)]
    const { report } = await augment(prompts, { kinds: ['paraphrase'], maxSyntheticShare: 0.5, atOnce: 1 })
    expect(report).toMatchObject({
      kept: { paraphrase: 2 },
      refused: 2,
      firstRefusal: '{"error":"too long"}',
    })
  })

  it.each([
    [{ maxSyntheticShare: 1 }, 'bad-share'],
    [{ maxSyntheticShare: -0.1 }, 'bad-share'],
    [{ maxSyntheticShare: Number.NaN }, 'bad-share'],
    [{ kinds: [] }, 'no-kinds'],
  ])('refuses %j', async (options, code) => {
    await expect(augment(['p'], options)).rejects.toMatchObject({ code })
  })

  it('never exceeds the share, and comes as near to it as whole prompts allow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 95 }),
        async (count, percent) => {
          const share = percent / 100
          const { prompts, report } = await augment(numbered(count), { maxSyntheticShare: share, atOnce: 16 })
          expect(prompts.length).toBeLessThanOrEqual(report.wanted)
          expect(report.wanted * 100).toBeLessThanOrEqual(percent * (count + report.wanted))
          const one = report.wanted + 1
          expect(one * 100 > percent * (count + one) || count === 0).toBe(true)
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('parseVariation', () => {
  it.each([
    ['<variation> x </variation>', 'x'],
    ['Think <variation>no</variation> <variation>yes</variation>', 'yes'],
    ['<variation></variation>', undefined],
    ['</variation> x <variation>', undefined],
    ['x', undefined],
  ])('%j: %s', (reply, text) => expect(parseVariation(reply)).toBe(text))
})
