import { describe, expect, it } from 'vitest'
import { noNeeds } from '../../catalogue/request-needs.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { MeasuredVerifier } from '../../verifiers/verifier.ts'
import type { RoutedChoice } from '../choice.ts'
import { unobserved } from '../observations/unobserved.ts'
import type { CascadeOptions } from './options.ts'
import { createCascadePolicy } from './policy.ts'

const verifier: MeasuredVerifier = {
  name: 'v',
  pair: { strong: 'large', weak: 'small' },
  strongWinRate: () => 0.5,
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0, 0.8],
  separation: 1.2,
}

/** Its prompts are their win rates. */
const router = { name: 'said', strongWinRate: ({ text }: { text: string }) => Number(text) }

/** A reply of 1,000 tokens costs so many dollars. */
function candidate(name: string, usd: number | null) {
  const prices = usd === null ? {} : { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 1000 * usd }
  return {
    model: { name, provider: 'p', upstream: name, ...prices },
    observed: unobserved.of(name),
    priors: { outputTokens: 1000, firstTokenSeconds: 1, secondsPerOutputToken: 0.01 },
  }
}

async function ask(
  text: string,
  strongUsd: number | null,
  more: Partial<CascadeOptions> = {},
  pace = 1,
): Promise<{ choice: RoutedChoice; summary: string }> {
  const policy = createCascadePolicy({
    name: 'checked',
    candidates: [candidate('large', strongUsd), candidate('small', 1)],
    verifier,
    threshold: 0.4,
    router,
    hardFrom: Number.POSITIVE_INFINITY,
    easyBelow: 0,
    timeoutMs: 30_000,
    samples: 0,
    maxSeconds: null,
    routerTimeoutMs: 500,
    ...more,
  })
  const choice = await policy.choose({
    prompt: promptFromText(text),
    messages: [],
    needs: noNeeds,
    cachedTokens: null,
    pace,
  })
  if (choice.kind !== 'routed') throw new Error(choice.kind)
  return { choice, summary: policy.describe(choice).summary }
}

describe('a cascade at prices of 1 : 20', () => {
  it('raises the threshold of its check by the pace, and has the one that it was raised from', async () => {
    const paced = { threshold: 0.7, ownThreshold: 0.4, check: { threshold: 0.7 }, pace: 2 }
    expect((await ask('0.5', 20, {}, 2)).choice).toMatchObject(paced)
    expect(Object.keys((await ask('0.97', 20, {}, 2)).choice)).not.toContain('ownThreshold')
  })

  it.each([
    ['0.01', 'small', false],
    ['0.3', 'small', true],
    ['0.5', 'small', true],
    ['0.97', 'large', false],
  ])('sends a prompt with the win rate %s to %s, checked: %s', async (text, name, isChecked) => {
    const { choice } = await ask(text, 20)
    expect(choice.model.name).toBe(name)
    expect(choice).toMatchObject({
      router: 'said',
      check: isChecked ? { threshold: 0.4 } : null,
      threshold: isChecked ? 0.4 : null,
      strongWinRate: isChecked ? null : Number(text),
      candidates: [{ usd: 20 }, { usd: 1 }],
    })
  })

  it('says what each way costs', async () => {
    // The weak model alone: 1 + 20 / 0.4 · 0.01 = 1.5, and reading its answers costs the same: none is escalated.
    expect((await ask('0.01', 20)).summary).toMatch(
      /^small answers and is not checked, because asking small first does not save enough: by the prompt's win rate 0.01 and at the threshold 0.4 its expected cost is \$1\.\d\d, of large alone \$20.00 and of small alone \$1.50, wrong answers included$/,
    )
  })

  it('leaves the limit of seconds to the cheaper model', async () => {
    // 1 + 999 · 0.01 s for the whole answer, and 1 s for the first token of the strong model.
    expect((await ask('0.3', 20, { maxSeconds: 11.99 })).choice.check).not.toBeNull()
    expect((await ask('0.3', 20, { maxSeconds: 11.98 })).summary).toBe(
      'small answers and is not checked, because after reading small first large would begin after 12.0 s, later than the 11.98 s of maxSeconds',
    )
  })
})

describe('a cascade at prices of 1 : 1.2', () => {
  it('is never chosen, with a router', async () => {
    for (let percent = 0; percent <= 100; percent += 5)
      expect((await ask(String(percent / 100), 1.2)).choice, `${percent} %`).toMatchObject({ check: null })
  })

  it('is not chosen without a router', async () => {
    const { choice, summary } = await ask('0', 1.2, { router: null })
    expect(choice).toMatchObject({ model: { name: 'large' }, check: null, router: null, strongWinRate: null })
    // 1 + 0.5 · 1.2 + 3 · 0.1 and 1 + 3 · 0.4
    expect(summary).toBe(
      "large answers at once, because asking small first does not save enough: by the verifier's mean win rate 0.40 and at the threshold 0.4 " +
        'its expected cost is $1.90, of large alone $1.20 and of small alone $2.20, wrong answers included',
    )
  })

  it('is chosen between bounds only where the dollars agree; a bound decides alone', async () => {
    const bounds = { hardFrom: 0.8, easyBelow: 0.2 }
    expect((await ask('0.8', 1.2, bounds)).summary).toBe(
      'strong win rate 0.80 ≥ 0.8 (hardFrom), so large answers at once',
    )
    expect((await ask('0.19', 1.2, bounds)).summary).toBe(
      'strong win rate 0.19 < 0.2 (easyBelow), so small answers and is not checked',
    )
    expect((await ask('0.5', 1.2, bounds)).choice).toMatchObject({ check: null, model: { name: 'large' } })
  })
})

it('a cascade with an unpriced model is used as configured, and says so', async () => {
  const { choice, summary } = await ask('0.01', null)
  expect(choice).toMatchObject({ check: { threshold: 0.4 }, candidates: [{ usd: null }, { usd: 1 }] })
  expect(summary).toMatch(
    /large answers; whether that saves dollars is not known, as a price is missing or 0$/,
  )
})
