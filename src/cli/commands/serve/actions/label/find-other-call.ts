import { Buffer } from 'node:buffer'
import { hashedUniform } from '../../../../../base/math/hashed-uniform.ts'
import { estimateCall } from '../../../../../gateway/accounts/estimate-call.ts'
import type { Estimate } from '../../../../../gateway/accounts/ledger.ts'
import type { Gateway } from '../../../../../gateway/gateway.ts'
import type { CommonForm } from '../../../../../gateway/protocols/common/common-form.ts'
import { commonForms } from '../../../../../gateway/protocols/forms.ts'
import type { Protocol } from '../../../../../gateway/protocols/protocol.ts'
import { protocols } from '../../../../../gateway/protocols/registry.ts'
import type { OutgoingRequest } from '../../../../../gateway/send/outgoing-request.ts'
import { hasPrices } from '../../../../../jobs/shadow/draw-second-model.ts'
import { toSecondRequest } from '../../../../../jobs/shadow/second-request.ts'
import type { Model } from '../../../../../routing/catalogue/model.ts'
import type { RequestTrace } from '../../../../../store/reader/answers.ts'

/** How another model is asked for its answer to a kept request, or why it is not. */
export type OtherCall =
  | {
      readonly kind: 'possible'
      readonly model: Model
      /** How many models it was drawn from. */
      readonly others: number
      readonly protocol: Protocol
      readonly form: CommonForm
      readonly request: OutgoingRequest
      readonly expected: Estimate & { readonly usd: number }
      /** What the dearest candidate is expected to cost. It is the same whichever of them answered, so it tells nothing of that. */
      readonly expectedUsd: number
    }
  /** A sentence without names of models. */
  | { readonly kind: 'impossible'; readonly why: string }

type FoundRequest = { readonly request: OutgoingRequest; readonly form: CommonForm }

/**
 * One of the models that could have answered too, each with the same probability, drawn by the id of the request: it is the same each
 * time. What cannot be sent as a shadow call is not sent here either. Whether one is found, and the reason if not, are the same whichever
 * of the models answered.
 */
export function findOtherCall(
  trace: RequestTrace,
  gateway: Pick<Gateway, 'findModel' | 'passesCredential' | 'observed'>,
): OtherCall {
  const { id, candidates, model: answered, text } = trace
  if (text === null || text.request.isCut) return impossible('The whole request is not kept.')
  const named = [
    ...candidates.flatMap(({ model: name, excluded }) => (excluded === null ? [name] : [])),
    ...(answered === null ? [] : [answered]),
  ]
  const able = [...new Set(named)].flatMap((name) => gateway.findModel(name) ?? [])
  if (!able.some(({ name }) => name !== answered)) return impossible('No other model could have answered it.')
  const askable = able.filter((model) => hasPrices(model) && !gateway.passesCredential(model))
  const others = askable.filter(({ name }) => name !== answered)
  const model = others[Math.floor(hashedUniform('label model', id) * others.length)]
  // With one alone, an offer would tell that it is not the one that answered.
  if (model === undefined || askable.length < 2)
    return impossible(
      'Of the models that could have answered, fewer than two have a price and a credential of this server, so none is asked here.',
    )
  const protocol = protocols.find(({ name }) => name === trace.protocol)
  const second = protocol === undefined ? null : findRequest(trace, protocol, text.request.text)
  if (protocol === undefined || second === null)
    return impossible(
      'The request has tools that a provider runs, goes on with what one keeps, or is longer than 256 kB, so it is sent to no other model.',
    )
  const { needs } = protocol.parse(second.request.body)
  const estimate = (candidate: Model) => estimateCall(candidate, needs, gateway.observed)
  const expected = estimate(model)
  const { usd } = expected
  const candidateUsd = able.map((each) => estimate(each).usd ?? 0)
  return usd === null
    ? impossible('The other model has no price, so it is not asked here.')
    : {
        kind: 'possible',
        model,
        others: others.length,
        protocol,
        form: second.form,
        request: second.request,
        expected: { ...expected, usd },
        expectedUsd: Math.max(...candidateUsd),
      }
}

function findRequest({ path }: RequestTrace, protocol: Protocol, text: string): FoundRequest | null {
  const body = Buffer.from(text)
  try {
    const { body: parsed } = protocol.parse(body)
    const request: OutgoingRequest = {
      path: path.replace(/^\/v1/, ''),
      query: '',
      body,
      parsed,
      headers: undefined,
      credential: undefined,
      stream: false,
      keepsEffort: false,
      isStrict: false,
    }
    return toSecondRequest({ request, protocol }, commonForms)
  } catch {
    return null // redaction has made it something else
  }
}

function impossible(why: string): OtherCall {
  return { kind: 'impossible', why }
}
