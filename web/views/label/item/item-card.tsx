import { useLayoutEffect, useRef } from 'preact/hooks'
import type { LabelItemAnswer } from '../../../../src/server/admin/api/label/routes.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { formatCount, formatExactTime, formatShare, formatUsd } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'
import { Failure } from '../../../ui/states.tsx'
import { AnswerText } from './answer-text.tsx'
import { reasons } from './reasons.ts'
import type { Labelling } from './use-labelling.ts'
import { VerdictBar } from './verdict-bar.tsx'

/** A request, its answers, and what can be said of them. */
export function ItemCard({ labelling, waiting }: { labelling: Labelling; waiting: number }) {
  const { item, busy, error, retry, answer, ask, showOne, undo, cancel } = labelling
  const panes = useRef<HTMLDivElement>(null)
  const scroll = (by: number) => {
    for (const pane of panes.current?.querySelectorAll('.whole') ?? []) pane.scrollBy({ top: by })
  }
  const isOne = item?.answers.kind === 'one'
  // A key that is held down labels one request only.
  const once = (run: () => void) => (event: KeyboardEvent) => (event.repeat ? undefined : run())
  useKeys([
    {
      on: ['1', 'ArrowLeft'],
      title: isOne ? 'Good enough' : 'The left one is better',
      run: once(() => answer(isOne ? 'good' : 'left')),
    },
    {
      on: ['2', 'ArrowRight'],
      title: isOne ? 'Not good enough' : 'The right one is better',
      run: once(() => answer(isOne ? 'bad' : 'right')),
    },
    { on: ['0', '='], title: 'Equally good', run: once(() => answer('equal')) },
    { on: ['b'], title: 'Bad, or both are', run: once(() => answer('bad')) },
    { on: ['s'], title: 'Skip the request', run: once(() => answer('skip')) },
    { on: ['u'], title: 'Take the last answer back', run: once(undo) },
    { on: ['a'], title: 'Ask the other model', run: once(ask) },
    { on: ['o'], title: 'Rate the one answer alone', run: once(showOne) },
    { on: ['Escape'], title: 'Stop asking the other model', run: cancel },
    { on: ['j'], title: 'Scroll down', run: () => scroll(120) },
    { on: ['k'], title: 'Scroll up', run: () => scroll(-120) },
  ])
  return (
    <section class="card label-item" aria-label="The request">
      <h2>
        <span>
          {isOne ? 'Is this answer good enough?' : 'Which answer would you rather have got?'}{' '}
          <span class="rubric">Correct counts before complete, and complete before short.</span>
        </span>
        <span>{formatCount(waiting)} waiting</span>
      </h2>
      {error !== null && <Failure what={error.what} error={error.error} retry={retry} />}
      {item === null ? (
        error === null && <p class="pulse">Reading …</p>
      ) : (
        <div ref={panes} class="label-body">
          <Why item={item} />
          <Question text={item.question} />
          <Answers labelling={labelling} item={item} />
          <VerdictBar item={item} isBusy={busy === 'answering'} answer={answer} />
        </div>
      )}
    </section>
  )
}

function Why({ item }: { item: LabelItemAnswer }) {
  const { reason, worth, task, time, before } = item
  return (
    <p class="small quiet">
      Why this one: {reasons[reason]} (priority in the queue: {formatShare(worth)}).{' '}
      {task !== null && `Kind of work: ${escapeInvisible(task.replaceAll('-', ' '))}. `}
      Asked {formatExactTime(time)}.
      {before !== null &&
        ` It was ${before.kind} ${formatExactTime(before.time)}${before.by === null ? '' : ` by ${escapeInvisible(before.by)}`}; an answer now replaces that.`}
    </p>
  )
}

/** The last message of a conversation is the one that was answered, so its end is shown first. */
function Question({ text }: { text: string | null }) {
  const pane = useRef<HTMLElement>(null)
  useLayoutEffect(() => pane.current?.scrollTo({ top: pane.current.scrollHeight }), [text])
  if (text === null)
    return <p class="banner">The prompt has images or files, or is not kept whole, so it is not shown.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section ref={pane} class="whole question" tabIndex={0} aria-label="Prompt">
      <AnswerText text={text} />
    </section>
  )
}

function Answers({ labelling, item }: { labelling: Labelling; item: LabelItemAnswer }) {
  const { answers } = item
  switch (answers.kind) {
    case 'two':
      return (
        <div class="label-answers two">
          <Answer title="Left" text={answers.left} />
          <Answer title="Right" text={answers.right} />
        </div>
      )
    case 'one':
      return (
        <div class="label-answers">
          <Answer title="Answer" text={answers.answer} />
        </div>
      )
    case 'unreadable':
      return (
        <p class="banner">
          <MessageText text={answers.why} most={300} /> Skip it.
        </p>
      )
    case 'hidden':
      return <Offer labelling={labelling} offer={answers.offer} />
  }
}

function Answer({ title, text }: { title: string; text: string }) {
  return (
    <div class="label-answer">
      <h3 class="small quiet">
        {title} <span>{formatCount(text.length)} characters</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
      <section class="whole" tabIndex={0} aria-label={title}>
        <AnswerText text={text} />
      </section>
    </div>
  )
}

type OfferProps = {
  readonly labelling: Labelling
  readonly offer: Extract<LabelItemAnswer['answers'], { kind: 'hidden' }>['offer']
}

/** There is one answer only. */
function Offer({ labelling, offer }: OfferProps) {
  const { busy, ask, cancel, showOne } = labelling
  if (busy === 'asking')
    return (
      <div class="label-offer" aria-live="polite">
        <p class="pulse">The other model answers …</p>
        <button type="button" onClick={cancel}>
          Cancel <kbd>Esc</kbd>
        </button>
      </div>
    )
  return (
    <div class="label-offer">
      {offer.kind === 'possible' ? (
        <button type="button" class="primary" disabled={busy !== null} onClick={ask}>
          Ask the other model, about {formatUsd(offer.expectedUsd)} <kbd>a</kbd>
        </button>
      ) : (
        <p class="quiet">
          <MessageText text={offer.why} most={300} />
        </p>
      )}
      <button type="button" disabled={busy !== null} onClick={showOne}>
        Rate the one answer alone <kbd>o</kbd>
      </button>
      <p class="small quiet">
        Two answers side by side say most; with one of them only, the router learns how good that model is
        here, and the other model is not asked any more.
      </p>
    </div>
  )
}
