import { InvalidRequestError, RouteLLMError } from '../../../../../errors.ts'
import type { Gateway } from '../../../../../gateway/gateway.ts'
import type {
  GivenAnswer,
  LabelActions,
  LabelSettings,
  RevealedItem,
  ShownAnswers,
  ShownItem,
} from '../../../../../server/admin/actions/label-actions.ts'
import type { LabelItem } from '../../../../../store/reader/answers/label.ts'
import type { RequestTrace } from '../../../../../store/reader/answers.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import type { StoreChanger } from '../../../../../store/worker/changes/changes.ts'
import { findOtherCall, type OtherCall } from './find-other-call.ts'
import type { LabelPrograms } from './label-programs.ts'
import type { OtherAnswer, OtherAnswers } from './other-answers.ts'
import { readRequestTexts } from './read-request-texts.ts'
import { type ShownItems, type Side, toScores } from './shown-items.ts'

export type LabelActionsParts = {
  readonly reader: StoreReader
  readonly changer: StoreChanger
  readonly others: OtherAnswers
  readonly shown: ShownItems
  readonly programs: LabelPrograms
  readonly settings: () => LabelSettings
  readonly now: () => number
}

/** A request with everything that is known of it here; what `toShownItem` leaves out the page must not know. */
type OpenedItem = { readonly item: LabelItem; readonly trace: RequestTrace; readonly call: OtherCall }

export function createLabelActions(parts: LabelActionsParts): LabelActions {
  const { reader, changer, others, shown, programs, settings, now } = parts

  async function open(gateway: Gateway, requestId: string): Promise<OpenedItem> {
    const [item, trace] = await Promise.all([
      reader.read('labelItem', { requestId }),
      reader.read('request', { id: requestId }),
    ])
    if (item === null || trace === null || trace.model === null) throw notPutUp(requestId)
    return { item, trace, call: findOtherCall(trace, gateway) }
  }

  function show({ item, trace, call }: OpenedItem, wantsOne: boolean): ShownItem {
    const { propensity: _propensity, label, state, answered, ...known } = item
    const { question, answer } = readRequestTexts(trace)
    const first: Side = { model: trace.model!, usd: trace.calls[0]?.usd ?? null }
    const other = others.find(item.requestId)
    const isFirstLeft = shown.isFirstLeft(item.requestId)
    const form = shown.findForm(item.requestId)
    const one = form === 'one' || (wantsOne && (form === null || other === null))
    const answers = toAnswers(answer, other, call, { one, isFirstLeft, text: trace.text !== null })
    const ofOther: Side | null = other && { model: other.model, usd: other.usd }
    const sides =
      answers.kind === 'two' && ofOther !== null
        ? {
            kind: 'two' as const,
            left: isFirstLeft ? first : ofOther,
            right: isFirstLeft ? ofOther : first,
          }
        : answers.kind === 'one'
          ? { kind: 'one' as const, only: first }
          : { kind: 'none' as const }
    return {
      shown: shown.add({ requestId: item.requestId, sides, seen: { state, answered } }),
      question,
      answers,
      before:
        state === 'waiting' || answered === null
          ? null
          : { kind: state, time: answered, by: label?.actor ?? null },
      ...known,
    }
  }

  return {
    settings,
    async open(gateway, { requestId, one }) {
      return show(await open(gateway, requestId), one)
    },
    async ask(gateway, requestId, signal) {
      if (shown.findForm(requestId) === 'one') throw shownAlone()
      const opened = await open(gateway, requestId)
      const { call, trace, item } = opened
      if (call.kind === 'impossible') throw new InvalidRequestError('bad-request', call.why, { status: 409 })
      await others.ask({ gateway, trace, call, propensity: item.propensity }, signal)
      return show(opened, false)
    },
    async answer({ shown: id, verdict, by }: GivenAnswer): Promise<RevealedItem> {
      const found = shown.find(id)
      const models = toScores(found, verdict)
      const { requestId, seen, sides } = found
      const time = now()
      const scores =
        models === null ? null : Object.fromEntries(models.map(({ model, score }) => [model, score]))
      const places =
        sides.kind === 'two'
          ? { left: sides.left.model, right: sides.right.model }
          : sides.kind === 'one'
            ? { only: sides.only.model }
            : {}
      const before = await changer.change('answerLabel', {
        ...{ requestId, scores, actor: by, time, seen },
        detail: { verdict, by, ...places },
      })
      shown.give(id, { requestId, answered: time, before })
      return { requestId, shown: id, verdict, models: models ?? [] }
    },
    async undo(id) {
      const { requestId, answered, before } = shown.takeBack(id)
      await changer.change('undoLabel', { requestId, answered, before, time: now() })
      return { requestId }
    },
    select: programs.select,
    progress: programs.progress,
    async close() {
      await Promise.all([others.close(), programs.close()])
    },
  }
}

type HowToShow = { readonly one: boolean; readonly isFirstLeft: boolean; readonly text: boolean }

function toAnswers(
  answer: string | null,
  other: OtherAnswer | null,
  call: OtherCall,
  { one, isFirstLeft, text }: HowToShow,
): ShownAnswers {
  if (answer === null)
    return {
      kind: 'unreadable',
      why: text
        ? 'What is kept of the answer is no whole text.'
        : 'The text of the request is not kept, or was removed.',
    }
  if (other !== null && !one)
    return isFirstLeft
      ? { kind: 'two', left: answer, right: other.text }
      : { kind: 'two', left: other.text, right: answer }
  if (one) return { kind: 'one', answer }
  const offer = call.kind === 'possible' ? { kind: call.kind, expectedUsd: call.expectedUsd } : call
  return { kind: 'hidden', offer }
}

function shownAlone(): InvalidRequestError {
  return new InvalidRequestError(
    'label-shown-alone',
    'The client’s answer was shown alone, so it would be known beside another one. Rate it alone, or skip it.',
    { status: 409 },
  )
}

function notPutUp(requestId: string): RouteLLMError {
  return new RouteLLMError(
    'unknown-request',
    `The request ${JSON.stringify(requestId.slice(0, 100))} is not put up for a label, or is not kept any more.`,
    { status: 404 },
  )
}
