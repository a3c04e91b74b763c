import { useLayoutEffect, useRef } from 'preact/hooks'
import { Link } from '../../../app/link.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatMs, formatUsd } from '../../../ui/format.ts'
import { Failure } from '../../../ui/states.tsx'
import type { Answer } from './answer.ts'
import { Verdict } from './verdict.tsx'

type AnswerCardProps = {
  readonly answer: Answer
  /** Whether the decision chose the model. */
  readonly isChosen: boolean
  /** All models whose answers can be compared. */
  readonly comparable: readonly string[]
  readonly retry: () => void
  /** Goes on with the answer as a turn of the conversation. */
  readonly onContinue: (text: string) => void
}

/** One model's answer, with what it took. */
export function AnswerCard({ answer, isChosen, comparable, retry, onContinue }: AnswerCardProps) {
  const { model, state, text, reasoning, error, requestId } = answer
  const body = useFollowedEnd(text)
  return (
    <section
      class="card answer"
      aria-label={`Answer of ${escapeInvisible(model, 80)}`}
      aria-busy={state === 'streaming'}
    >
      <h2>
        <span>
          <ForeignText text={model} most={40} />
          {isChosen && <span class="tag">chosen</span>}
        </span>
        <span role="status">{describeState(answer)}</span>
      </h2>
      {error !== null && <Failure what="No whole answer" error={error} retry={retry} />}
      {reasoning !== '' && (
        <details>
          <summary class="quiet small">Reasoning, {formatCount(reasoning.length)} characters</summary>
          <ForeignText text={reasoning} most={20_000} canOpen />
        </details>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <section ref={body} class="whole" tabIndex={0} aria-label="Text of the answer">
        {text === '' ? (
          <span class={state === 'waiting' ? 'quiet pulse' : 'quiet'}>
            {state === 'waiting' ? 'Waiting for the first token …' : 'No text.'}
          </span>
        ) : (
          <ForeignText text={text} most={50_000} canOpen />
        )}
      </section>
      <Measures answer={answer} />
      {requestId !== null && state === 'done' && (
        <Verdict key={requestId} requestId={requestId} model={model} comparable={comparable}>
          <button type="button" onClick={() => onContinue(text)}>
            Continue with it
          </button>
        </Verdict>
      )}
    </section>
  )
}

function Measures({ answer }: { answer: Answer }) {
  const { requestId, firstTokenMs, totalMs, tokens, usd, fallback, state } = answer
  if (state === 'waiting') return null
  return (
    <p class="small quiet measures">
      <span>first token {formatMs(firstTokenMs)}</span>
      <span>total {formatMs(totalMs)}</span>
      <span>
        {tokens === null
          ? 'tokens not reported'
          : `${formatCount(tokens.input)} tokens in, ${formatCount(tokens.output)} out`}
      </span>
      {usd !== undefined && <span>{usd === null ? 'cost not known' : formatUsd(usd)}</span>}
      {fallback !== null && <span>fallback: {escapeInvisible(fallback)}</span>}
      {requestId !== null && state !== 'streaming' && (
        <Link href={`/requests/${encodeURIComponent(requestId)}`}>trace</Link>
      )}
    </p>
  )
}

function describeState({ state, totalMs }: Answer): string {
  if (state === 'done') return `done in ${formatMs(totalMs)}`
  if (state === 'streaming') return 'answers …'
  return state
}

/** Keeps the end in sight while text comes, unless somebody has scrolled up. */
function useFollowedEnd(text: string) {
  const element = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const listener = () => {
      isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 40
    }
    current.addEventListener('scroll', listener, { passive: true })
    return () => current.removeEventListener('scroll', listener)
  }, [])
  useLayoutEffect(() => {
    const { current } = element
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight
  }, [text])
  return element
}
