import { useEffect, useMemo, useRef } from 'preact/hooks'
import { formatExactSetting } from '../../../src/base/text/format/format-setting.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery, type Place } from '../../app/location.ts'
import { useListedKeys } from '../../app/shortcuts.ts'
import { isRouted, NamePicker } from '../../decision/name-picker.tsx'
import { Failure } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { AnswerCard } from './answers/answer-card.tsx'
import { AskBar } from './answers/ask-bar.tsx'
import { useAnswers } from './answers/use-answers.ts'
import { DecisionCard } from './decision/decision-card.tsx'
import { type DecisionState, useDecision } from './decision/use-decision.ts'
import {
  type Conversation,
  isAsked,
  type Need,
  needNames,
  toDecideBody,
  toMessages,
} from './prompt/conversation.ts'
import { PromptCard } from './prompt/prompt-card.tsx'
import { useConversation } from './prompt/use-conversation.ts'

/** Characters of a conversation that takes a moment to send. */
const longCharacters = 50_000

const exampleConversation: Conversation = { system: '', turns: [{ role: 'user', text: 'Hello' }] }

/** The decision as one types, and the answers of some models side by side. */
export default function Playground({ place }: ViewProps) {
  const name = place.query.get('model') ?? 'auto'
  const needs = readNeeds(place)
  const names = useResource<readonly string[]>('/models')
  const [conversation, setConversation] = useConversation()
  const body = useMemo(
    () => (isAsked(conversation) ? toDecideBody(name, conversation, needs) : null),
    [name, conversation, needs.join()],
  )
  const state = useDecision(body, countCharacters(conversation) > longCharacters)
  // Until there is something to decide, any prompt tells which models are chosen between.
  const example = useMemo(() => toDecideBody(name, exampleConversation, []), [name])
  const { decision: decidedExample } = useDecision(example, false)
  const models = (names.data ?? []).filter((each) => !isRouted(each))
  const asked = readAsked(place, models, state.decision ?? decidedExample)
  const { answers, isBusy, ask, retry, stop } = useAnswers()
  const canAsk = isAsked(conversation) && asked.length > 0
  const start = () => canAsk && ask(asked, toMessages(conversation))
  useAskKeys(start, isBusy ? stop : null)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.firstElementChild?.scrollIntoView({ block: 'nearest' }), [answers.length > 0])
  const comparable = answers.filter((each) => each.state === 'done').map((each) => each.model)
  const setLast = (text: string) =>
    setConversation({ ...conversation, turns: [...conversation.turns.slice(0, -1), { role: 'user', text }] })
  return (
    <>
      <header class="view-head">
        <h1>Playground</h1>
        <NamePicker name={name} names={names.data ?? []} onChange={(model) => changeQuery({ model })} />
      </header>
      {names.error !== null && (
        <Failure what="The models cannot be listed" error={names.error} retry={names.retry} />
      )}
      <div class="grid wide playground">
        <PromptCard
          conversation={conversation}
          onChange={setConversation}
          needs={needs}
          onNeeds={(next) => changeQuery({ needs: next.join(',') }, true)}
        >
          <AskBar asked={asked} models={models} canAsk={canAsk} isBusy={isBusy} ask={start} stop={stop} />
        </PromptCard>
        <DecisionCard
          state={state}
          onExample={setLast}
          onThreshold={(router, threshold) =>
            changeQuery({ model: `router-${router}-${formatExactSetting(threshold)}` }, true)
          }
        />
      </div>
      <div class="grid asked" ref={list}>
        {answers.map((answer) => (
          <AnswerCard
            key={answer.model}
            answer={answer}
            isChosen={answer.model === state.decision?.model}
            comparable={comparable}
            retry={() => retry(answer.model)}
            onContinue={(text) =>
              setConversation({
                ...conversation,
                turns: [...conversation.turns, { role: 'assistant', text }, { role: 'user', text: '' }],
              })
            }
          />
        ))}
      </div>
    </>
  )
}

function countCharacters({ system, turns }: Conversation): number {
  return turns.reduce((sum, { text }) => sum + text.length, system.length)
}

function readNeeds({ query }: Place): readonly Need[] {
  const named = (query.get('needs') ?? '').split(',')
  return needNames.filter((need) => named.includes(need))
}

/** The models of the address; without any, the chosen one and the best other that can answer. */
function readAsked(
  { query }: Place,
  models: readonly string[],
  decision: DecisionState['decision'],
): readonly string[] {
  const named = query.getAll('ask').filter((model) => models.includes(model))
  if (named.length > 0) return named.slice(0, 4)
  if (decision === null || decision.candidates.length < 2) return models.slice(0, 2)
  const others = decision.candidates
    .filter(({ model, excluded }) => model !== decision.model && excluded === null && models.includes(model))
    .toSorted((one, other) => (other.score ?? 0) - (one.score ?? 0))
    .map(({ model }) => model)
  return [decision.model, ...others.slice(0, 1)].filter((model) => models.includes(model))
}

/** Ctrl Enter asks, also while one types; Escape stops, or else leaves the field. */
function useAskKeys(ask: () => void, stop: (() => void) | null): void {
  useListedKeys([
    { keys: 'Ctrl Enter, ⌘ Enter', title: 'Ask the models' },
    { keys: 'Esc', title: 'Stop the answers, or leave the field' },
  ])
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]') !== null) return
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        ask()
      } else if (event.key === 'Escape') {
        if (stop !== null) stop()
        else if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      }
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  })
}
