import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChangeAnswer } from '../../../src/server/admin/api/routers/routes.ts'
import { postJson } from '../../api/request.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { MessageText } from '../../ui/message-text.tsx'
import { Failure } from '../../ui/states.tsx'

/** A change that waits for a yes. */
export type Confirmation = {
  readonly title: string
  /** The title once it is made: `Rolled back`. */
  readonly doneTitle: string
  /** What will happen. */
  readonly text: string
  readonly button: string
  /** Below `/admin/api`. */
  readonly path: string
  readonly body: object
}

type ConfirmDialogProps = {
  readonly confirmation: Confirmation
  /** Between the text and the buttons. */
  readonly children?: ComponentChildren
  onClose(): void
  /** The change is made. */
  onDone(): void
}

/** Says what a change does, makes it, and says what was done. Escape leaves it. */
export function ConfirmDialog({ confirmation, children, onClose, onDone }: ConfirmDialogProps) {
  const { title, doneTitle, text, button, path, body } = confirmation
  const dialog = useRef<HTMLDialogElement>(null)
  const [state, setState] = useState<'asks' | 'changes' | ChangeAnswer | Error>('asks')
  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  const change = (event: Event) => {
    event.preventDefault()
    setState('changes')
    postJson<ChangeAnswer>(path, body).then(
      (answer) => {
        setState(answer)
        onDone()
      },
      (error: Error) => setState(error),
    )
  }
  const isDone = typeof state === 'object' && !(state instanceof Error)
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
      <form onSubmit={isDone ? closeOf(dialog) : change}>
        <h2 id="confirm-title">
          <ForeignText text={isDone ? doneTitle : title} most={80} />
        </h2>
        {isDone ? (
          <p role="status">
            <MessageText text={state.why} />
          </p>
        ) : (
          <>
            <p>
              <MessageText text={text} />
            </p>
            {children}
          </>
        )}
        {state instanceof Error && <Failure what="Not changed" error={state} />}
        <div class="controls">
          {isDone ? (
            <button key="close" type="submit" class="primary" ref={focusOn}>
              Close
            </button>
          ) : (
            <>
              <button type="submit" class="primary" disabled={state === 'changes'}>
                {state === 'changes' ? 'Changing …' : button}
              </button>
              <button type="button" onClick={() => dialog.current?.close()}>
                Cancel <kbd>Esc</kbd>
              </button>
            </>
          )}
        </div>
      </form>
    </dialog>
  )
}

function closeOf(dialog: { readonly current: HTMLDialogElement | null }): (event: Event) => void {
  return (event) => {
    event.preventDefault()
    dialog.current?.close()
  }
}

function focusOn(element: HTMLElement | null): void {
  element?.focus()
}
