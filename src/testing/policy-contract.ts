import assert from 'node:assert/strict'
import { RouterError } from '../errors.ts'
import { noNeeds } from '../routing/catalogue/request-needs.ts'
import type { Choice } from '../routing/policies/choice.ts'
import { isExplainingPolicy, type Policy, type PolicyRequest } from '../routing/policies/policy.ts'
import { promptFromText } from '../routing/prompts/routed-prompt.ts'
import type { Router } from '../routing/routers/router.ts'
import type { ContractCase } from './contract-case.ts'
import { firstText, sampleTexts, secondText } from './sample-texts.ts'

export type PolicyContractOptions = {
  /**
   * The same policy with this router and a limit of `routerTimeoutMs`. Adds the cases of a router that fails. Leave it
   * out for a policy that asks no router.
   */
  readonly createWithRouter?: (router: Router, routerTimeoutMs: number) => Policy | Promise<Policy>
}

/**
 * What every policy must do. The cases need no test runner: run each, or hand them to one.
 *
 * @param createPolicy makes the same policy on each call.
 */
export function policyContract(
  createPolicy: () => Policy | Promise<Policy>,
  { createWithRouter }: PolicyContractOptions = {},
): readonly ContractCase[] {
  return [
    ...choosingCases(createPolicy),
    ...(createWithRouter === undefined ? [] : failingRouterCases(createWithRouter)),
  ]
}

function choosingCases(createPolicy: () => Policy | Promise<Policy>): ContractCase[] {
  return [
    {
      name: 'its name can stand in policy-<name>, or is null',
      run: async () => {
        const { name } = await createPolicy()
        if (name !== null) assert.match(name, /^[a-z0-9_-]+$/)
      },
    },
    {
      name: 'it has at least one model, each once, and the safest is one of them',
      run: async () => {
        const { models, safest } = await createPolicy()
        assert.ok(models.length >= 1, 'a policy needs a model')
        assert.equal(new Set(models.map(({ name }) => name)).size, models.length)
        assert.ok(models.includes(safest), `the safest model ${safest.name} is not one of its models`)
      },
    },
    ...sampleTexts.map(({ kind, text }) => ({
      name: `a prompt of ${kind} gets one of its candidates`,
      run: async () => {
        const policy = await createPolicy()
        checkChoice(await policy.choose(toRequest(text)), policy)
      },
    })),
    {
      name: 'equal requests have equal choices, whatever was chosen between them',
      run: async () => {
        const policy = await createPolicy()
        const first = await policy.choose(toRequest(firstText))
        await policy.choose(toRequest(secondText))
        assert.deepEqual(await policy.choose(toRequest(firstText)), first)
      },
    },
    {
      name: 'the request stays as it is',
      run: async () => {
        const policy = await createPolicy()
        const prompt = Object.freeze(promptFromText(firstText))
        const messages = Object.freeze([Object.freeze({ role: 'user', content: firstText })])
        const request = Object.freeze({
          prompt,
          messages,
          needs: Object.freeze({ ...noNeeds }),
          cachedTokens: null,
        })
        checkChoice(await policy.choose(request), policy)
      },
    },
    {
      name: 'after an abort it rejects with the reason, unless it never waits',
      run: async () => {
        const policy = await createPolicy()
        const reason = new Error('the client went away')
        const request = toRequest('A prompt that nothing chose for before.')
        const choice = policy.choose(request, AbortSignal.abort(reason))
        if (choice instanceof Promise) await assert.rejects(choice, (error) => error === reason)
        else checkChoice(choice, policy)
      },
    },
    {
      name: 'its explanation, if it gives one, has the largest influence first',
      run: async () => {
        const policy = await createPolicy()
        if (!isExplainingPolicy(policy)) return
        const { contributions } = await policy.explain(toRequest(firstText))
        for (const [index, { effect }] of contributions.entries()) {
          const previous = contributions[index - 1]?.effect ?? Number.POSITIVE_INFINITY
          assert.ok(
            Math.abs(effect) <= Math.abs(previous),
            `contribution ${index} is larger than the one before`,
          )
        }
      },
    },
  ]
}

function failingRouterCases(
  createWithRouter: NonNullable<PolicyContractOptions['createWithRouter']>,
): ContractCase[] {
  const failures: readonly [what: string, strongWinRate: Router['strongWinRate']][] = [
    ['throws', () => raise(new Error('out of order'))],
    ['rejects', () => Promise.reject(new Error('out of order'))],
    ['returns NaN', () => Number.NaN],
    ['resolves to a number above 1', async () => 1.5],
  ]
  return [
    ...failures.map(([what, strongWinRate]) => ({
      name: `a router that ${what} gives a fallback to the safest model`,
      run: async () => {
        const policy = await createWithRouter({ name: 'broken', strongWinRate }, 60_000)
        await assertFallback(policy, 'router-error')
      },
    })),
    {
      name: 'a router that never answers gives a fallback after the limit, and its work is aborted',
      run: async () => {
        let isAborted = false
        const strongWinRate: Router['strongWinRate'] = (_prompt, signal) => {
          signal?.addEventListener('abort', () => {
            isAborted = true
          })
          return new Promise(() => {})
        }
        const policy = await createWithRouter({ name: 'silent', strongWinRate }, 1)
        await assertFallback(policy, 'router-timeout')
        assert.ok(isAborted, 'the signal that the router received has not aborted')
      },
    },
    {
      name: 'a router that is overloaded is obeyed: its error of status 429 is thrown',
      run: async () => {
        const full = new RouterError('inference-queue-full', 'Too many prompts wait.', { status: 429 })
        for (const strongWinRate of [() => raise(full), () => Promise.reject(full)]) {
          const policy = await createWithRouter({ name: 'full', strongWinRate }, 60_000)
          await assert.rejects(
            async () => policy.choose(toRequest(firstText)),
            (error) => error === full,
          )
        }
      },
    },
    {
      name: 'a router that answers at once gives a choice at once, without a promise',
      run: async () => {
        const policy = await createWithRouter({ name: 'local', strongWinRate: () => 0.5 }, 60_000)
        for (const text of [firstText, secondText]) {
          const choice = policy.choose(toRequest(text))
          assert.ok(!(choice instanceof Promise), 'the choice is a promise')
          checkChoice(choice, policy)
        }
      },
    },
    {
      name: 'the caller stops a router that waits, and gets its own reason',
      run: async () => {
        const policy = await createWithRouter(
          { name: 'silent', strongWinRate: () => new Promise(() => {}) },
          60_000,
        )
        const controller = new AbortController()
        const choice = policy.choose(toRequest(firstText), () => controller.signal)
        const reason = new Error('the client went away')
        controller.abort(reason)
        await assert.rejects(
          async () => choice,
          (error) => error === reason,
        )
      },
    },
  ]
}

async function assertFallback(policy: Policy, fallback: string): Promise<void> {
  const choice = await policy.choose(toRequest(firstText))
  checkChoice(choice, policy)
  assert.equal(choice.kind, 'fallback')
  assert.equal(choice.kind === 'fallback' && choice.fallback, fallback)
  assert.equal(choice.model, policy.safest)
}

function checkChoice(choice: Choice, policy: Policy): void {
  const { candidates, model } = choice
  assert.equal(choice.policy, policy.name)
  assert.deepEqual(
    new Set(candidates.map((candidate) => candidate.model)),
    new Set(policy.models),
    'every model of the policy is a candidate, chosen, passed over or excluded',
  )
  const chosen = candidates.find((candidate) => candidate.model === model)
  assert.ok(chosen !== undefined, `${model.name} is no candidate`)
  for (const { usd, model: priced } of candidates)
    assert.ok(usd === null || usd >= 0, `${priced.name} costs ${usd} USD`)
  if (choice.kind === 'fallback') {
    assert.notEqual(choice.problem.trim(), '', 'a fallback says why')
    return
  }
  assert.equal(chosen.excluded, null, `${model.name} is excluded and chosen`)
  checkScores(choice)
}

function checkScores({
  candidates,
  scores,
  strongWinRate,
  threshold,
  side,
}: Extract<Choice, { kind: 'routed' }>): void {
  if (scores !== null) {
    assert.equal(scores.length, candidates.length, 'one score per candidate')
    for (const score of Array.from(scores))
      assert.ok(Number.isFinite(score) || Number.isNaN(score), `a score is ${score}`)
  }
  if (strongWinRate !== null)
    assert.ok(strongWinRate >= 0 && strongWinRate <= 1, `the win rate is ${strongWinRate}`)
  if (side !== null && strongWinRate !== null && threshold !== null)
    assert.equal(side, strongWinRate >= threshold ? 'strong' : 'weak')
}

function toRequest(text: string): PolicyRequest {
  return {
    prompt: promptFromText(text),
    messages: [{ role: 'user', content: text }],
    needs: noNeeds,
    cachedTokens: null,
  }
}

function raise(error: Error): never {
  throw error
}
