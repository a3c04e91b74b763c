import type { Model } from '../../../src/routing/catalogue/model.ts'
import type { CascadeOptions } from '../../../src/routing/policies/cascade/options.ts'
import { createCascadePolicy } from '../../../src/routing/policies/cascade/policy.ts'
import type { ObservedCandidate } from '../../../src/routing/policies/observations/expected-call.ts'
import { unobserved } from '../../../src/routing/policies/observations/unobserved.ts'
import type { Policy } from '../../../src/routing/policies/policy.ts'
import type { MeasuredVerifier } from '../../../src/routing/verifiers/verifier.ts'
import { type GatewayUnderTest, startGateway, type UnderTestOptions } from '../gateway-under-test.ts'
import { chunk, event, type Respond, type SeenRequest } from '../upstream.ts'

export const weakModel = {
  name: 'weak',
  provider: 'main',
  upstream: 'small-model',
  inputUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 2,
}
/** So cheap that several of its answers cost less than they save. */
export const cheapModel = { ...weakModel, inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0.2 }
export const strongModel = {
  name: 'strong',
  provider: 'main',
  upstream: 'big-model',
  inputUsdPerMillionTokens: 10,
  outputUsdPerMillionTokens: 20,
}

/** Finds an answer with the word "wrong" wrong: win rate 0.9, else 0.1; 0.05 more for each further answer that differs. */
export const wordVerifier: MeasuredVerifier = {
  name: 'by-word',
  pair: { strong: 'large', weak: 'small' },
  strongWinRate: ({ answer, samples = [] }) =>
    (answer.includes('wrong') ? 0.9 : 0.1) + 0.05 * samples.filter((other) => other !== answer).length,
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0.1, 0.1, 0.9],
  separation: 2,
}

export type CascadeUnderTest = GatewayUnderTest & {
  /** Upstream names of the models that were called, in order. */
  asked(): string[]
}

/** A gateway whose policy `checked` is a cascade from `weak` to `strong`. */
export async function startCascade(
  {
    strong = strongModel,
    weak = weakModel,
    ...cascade
  }: Partial<CascadeOptions> & { readonly strong?: Model; readonly weak?: Model } = {},
  options: UnderTestOptions = {},
): Promise<CascadeUnderTest> {
  const policy = createCheckedPolicy(strong, weak, cascade)
  const gateway = await startGateway({
    ...options,
    parts: {
      models: [strongModel, weakModel],
      policies: new Map([['checked', policy]]),
      ...options.parts,
    },
  })
  return { ...gateway, asked: () => gateway.upstream.seen.map(modelOf) }
}

/** The cascade `checked` from `weak` to `strong`. */
export function createCheckedPolicy(
  strong: Model,
  weak: Model,
  options: Partial<CascadeOptions> = {},
): Policy {
  return createCascadePolicy({
    name: 'checked',
    candidates: [toObserved(strong), toObserved(weak)],
    verifier: wordVerifier,
    threshold: 0.4,
    router: null,
    hardFrom: Number.POSITIVE_INFINITY,
    easyBelow: 0,
    timeoutMs: 10_000,
    samples: 0,
    maxSeconds: null,
    routerTimeoutMs: 500,
    ...options,
  })
}

function toObserved(model: Model): ObservedCandidate {
  const priors = { outputTokens: 400, firstTokenSeconds: 1, secondsPerOutputToken: 0.02 }
  return { model, observed: unobserved.of(model.name), priors }
}

export function modelOf({ body }: SeenRequest): string {
  return String((JSON.parse(body.toString()) as { model: unknown }).model)
}

/** Answers in the name of the weak model, and of the strong one. */
export function answers(weak: Respond, strong: Respond): Respond {
  return (seen) => (modelOf(seen) === 'small-model' ? weak : strong)(seen)
}

export const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 }

/** A completion with that text; spaced as no serializer of ours would. */
export function completionOf(content: string | null, more: object = {}): string {
  const message = { role: 'assistant', content, ...more }
  return JSON.stringify(
    { id: 'c-1', choices: [{ index: 0, message, finish_reason: 'stop' }], usage },
    null,
    3,
  )
}

/** Answers with these bytes of JSON. */
export function jsonText(text: string, status = 200): Respond {
  return ({ response }) =>
    response.writeHead(status, { 'content-type': 'application/json', 'x-upstream': 'yes' }).end(text)
}

/** The events of a stream with that text, comments and odd line ends included. */
export function eventsOf(...words: readonly string[]): string {
  const usageEvent = { ...chunk({}), choices: [], usage }
  const content = words.map((word) => event(chunk({ content: word })))
  return `: OPENROUTER PROCESSING\n\n${content.join('')}${event(chunk({}, 'stop'))}${event(usageEvent)}${event('[DONE]')}`
}
