import { Buffer } from 'node:buffer'
import { InvalidRequestError } from '../../errors.ts'
import type { Effort, Model } from '../../routing/catalogue/model.ts'
import type { CommonForm, Dialect, ReplyContext } from '../protocols/common/common-form.ts'
import type { CommonRequest, Loss } from '../protocols/common/common-request.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { stateForms, withOwnReasoning } from './own-reasoning.ts'
import { createReplyTranslator, type ReplyTranslator } from './reply-translator.ts'

/** Carries requests of one protocol to models that speak another, and their replies back. */
export type Translation = {
  /** What the upstream speaks. */
  readonly protocol: Protocol
  /** Below the provider's base URL. */
  readonly path: string
  /** @throws InvalidRequestError `not-translatable` that names what cannot be carried over, and why. */
  translate(request: TranslatableRequest, model: Model): TranslatedRequest
}

type WriteForProvider = (request: TranslatableRequest, model: Model, dialect?: Dialect) => TranslatedRequest

export type TranslatableRequest = {
  /** The client's parsed body. */
  readonly parsed: Readonly<Record<string, unknown>>
  /** Whether an effort that the client has set stays. */
  readonly keepsEffort: boolean
  /** Whether to refuse what would be dropped. */
  readonly isStrict: boolean
}

export type TranslatedRequest = {
  readonly body: Buffer
  /** The effort that the gateway has set; null if it has set none. */
  readonly effort: Effort | null
  /** What was dropped. */
  readonly losses: readonly Loss[]
  /** A translator of one reply to this request. */
  createReply(status: number, isEventStream: boolean): ReplyTranslator
}

/** Finds how a request of one protocol reaches a provider that speaks others; null if no translation is needed. */
export type FindTranslation = (from: Protocol, path: string, provider: Speaker) => Translation | null

/** A provider, as far as its protocols are concerned. */
export type Speaker = {
  readonly name: string
  /** What it speaks, best first. */
  readonly protocols: readonly string[]
  readonly dialect?: Dialect
}

/**
 * @param forms one for each protocol that can be translated.
 * @throws InvalidRequestError `not-translatable` (the returned function) if the provider speaks no protocol that the path
 *   can be translated to.
 */
export function createTranslations(
  protocols: readonly Protocol[],
  forms: readonly CommonForm[],
): FindTranslation {
  const made = new Map<string, { protocol: Protocol; path: string; write: WriteForProvider }>()
  for (const from of forms)
    for (const to of forms) {
      const protocol = protocols.find(({ name }) => name === to.protocol)
      if (from === to || protocol === undefined) continue
      made.set(`${from.protocol} ${from.path} ${to.protocol}`, {
        protocol,
        path: to.path,
        write: createTranslator(from, to),
      })
    }
  return (from, path, { name: provider, protocols: spoken, dialect }) => {
    if (spoken.includes(from.name)) return null
    for (const name of spoken) {
      const found = made.get(`${from.name} ${path} ${name}`)
      if (found === undefined) continue
      const { protocol, path: to, write } = found
      return { protocol, path: to, translate: (request, model) => write(request, model, dialect) }
    }
    throw new InvalidRequestError(
      'not-translatable',
      `The model's provider "${provider}" speaks ${spoken.join(', ')}, and /v1${path} cannot be translated to that. Name a model of a provider that speaks ${from.name}.`,
      { param: 'model' },
    )
  }
}

function createTranslator(from: CommonForm, to: CommonForm): WriteForProvider {
  return ({ parsed, keepsEffort, isStrict }, model, dialect) => {
    const read = from.readRequest(parsed)
    const { request, effort } = withEffort(read.request, model, keepsEffort)
    const target = {
      model: model.upstream,
      maxOutputTokens: model.maxOutputTokens ?? null,
      ...(dialect !== undefined && { dialect }),
    }
    const written = to.writeRequest(withOwnReasoning(request, model), target)
    const losses = [...read.losses, ...written.losses]
    refuseLosses(losses, isStrict, model, to)
    const created = Math.floor(Date.now() / 1000)
    const context: ReplyContext = {
      request: read.request,
      body: parsed,
      created,
      id: crypto.randomUUID().replaceAll('-', ''),
    }
    return {
      body: Buffer.from(JSON.stringify(written.body)),
      effort,
      losses,
      createReply: (status, isEventStream) =>
        createReplyTranslator(
          { from, to, model, context, stateForm: stateForms[from.protocol] ?? '' },
          status,
          isEventStream,
        ),
    }
  }
}

/** The request with the model's effort, unless the client's own stays. */
function withEffort(
  request: CommonRequest,
  { effort }: Model,
  keepsEffort: boolean,
): { request: CommonRequest; effort: Effort | null } {
  const { reasoning } = request
  const hasOwn = reasoning !== null && (reasoning.effort !== null || reasoning.budgetTokens !== null)
  if (effort === undefined || (keepsEffort && hasOwn)) return { request, effort: null }
  const asked = reasoning ?? { mode: null, isShown: null, wantsState: false }
  return { request: { ...request, reasoning: { ...asked, effort, budgetTokens: null } }, effort }
}

function refuseLosses(losses: readonly Loss[], isStrict: boolean, model: Model, to: CommonForm): void {
  const refused = losses.filter(({ kind }) => isStrict || kind === 'refused')
  const [first] = refused
  if (first === undefined) return
  const each = refused.slice(0, 8).map(({ field, why }) => `${field} (${why})`)
  const rest = refused.length > each.length ? `, and ${refused.length - each.length} more` : ''
  const advice = isStrict ? ' The strict mode refuses what would be dropped.' : ''
  throw new InvalidRequestError(
    'not-translatable',
    `The provider of the model "${model.name}" speaks ${to.protocol}, which cannot carry ${each.join(', ')}${rest}.${advice}`,
    { param: first.field },
  )
}
