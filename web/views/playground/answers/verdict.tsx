import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { postJson } from '../../../api/request.ts'
import { Failure } from '../../../ui/states.tsx'

type VerdictProps = {
  readonly requestId: string
  readonly model: string
  readonly comparable: readonly string[]
  /** Further buttons. */
  readonly children: ComponentChildren
}

type Said = 'up' | 'down' | 'better'

const sentences: Readonly<Record<Said, string>> = {
  up: 'Kept as feedback: a good answer.',
  down: 'Kept as feedback: a bad answer.',
  better: 'Kept as feedback: better than the others.',
}

/** Thumbs, and the choice among several answers. Both are kept as feedback on the request. */
export function Verdict({ requestId, model, comparable, children }: VerdictProps) {
  const [said, setSaid] = useState<Said | Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const say = (what: Said) => {
    setBusy(true)
    const feedback =
      what === 'better'
        ? { scores: Object.fromEntries(comparable.map((each) => [each, each === model ? 1 : 0])) }
        : { thumbs: what }
    postJson('/playground/feedback', { requestId, ...feedback })
      .then(
        () => setSaid(what),
        (error: Error) => setSaid(error),
      )
      .finally(() => setBusy(false))
  }
  const button = (what: Said, title: string, label: ComponentChildren) => (
    <button
      type="button"
      title={title}
      aria-label={title}
      aria-pressed={said === what}
      class={said === what ? 'on' : ''}
      disabled={isBusy}
      onClick={() => say(what)}
    >
      {label}
    </button>
  )
  return (
    <>
      <div class="controls">
        {button('up', 'A good answer', <Thumb />)}
        {button('down', 'A bad answer', <Thumb isDown />)}
        {comparable.length > 1 && button('better', 'This one is better', 'This one is better')}
        {children}
        <span role="status" class="small quiet">
          {typeof said === 'string' && sentences[said]}
        </span>
      </div>
      <p class="small quiet">
        As feedback of a client it is kept with the request, shown in its trace and exported. No router is
        trained on it: prompts of the playground are no sample of the traffic.
      </p>
      {said instanceof Error && <Failure what="Not kept" error={said} />}
    </>
  )
}

function Thumb({ isDown = false }: { isDown?: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <g {...(isDown && { transform: 'rotate(180 8 8)' })}>
        <path d="M1.5 7h2.5v7H1.5zM6 13.2V7.4l2.6-5.6c1 0 1.7.8 1.5 1.8L9.6 6.4h3.6c.9 0 1.5.8 1.3 1.6l-1.2 5c-.2.6-.7 1-1.3 1H7.2z" />
      </g>
    </svg>
  )
}
