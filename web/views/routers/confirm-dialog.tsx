import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChangeAnswer } from '../../../src/server/admin/api/routers/routes.ts'
import { postJson } from '../../api/request.ts'
import { ChangedNote } from '../../served/changed-note.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { MessageText } from '../../ui/message-text.tsx'
import { Failure } from '../../ui/states.tsx'

/** A change that waits for a yes. */
export type Confirmation = {
  readonly title: string
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
  /** What somebody else has changed since the dialog was opened, which it shows by now; null: nothing. */
  readonly changed: string | null
  onClose(): void
  /** The change is made. @param why what was done. */
  onDone(why: string): void
  onRefused(error: Error): void
}

/** Says what a change does, and makes it. Escape leaves it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { confirmation, children, changed, onClose, onDone, onRefused } = props
  const { title, text, button, path, body } = confirmation
  const dialog = useRef<HTMLDialogElement>(null)
  const isDone = useRef(false)
  const [state, setState] = useState<'asks' | 'changes' | Error>('asks')
  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (isDone.current || document.activeElement !== document.body) return
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  // What was refused is answered by what is shown now.
  useEffect(() => {
    if (changed !== null) setState('asks')
  }, [changed])
  const change = (event: Event) => {
    event.preventDefault()
    setState('changes')
    postJson<ChangeAnswer>(path, body).then(
      ({ why }) => {
        isDone.current = true
        onDone(why)
      },
      (error: Error) => {
        setState(error)
        onRefused(error)
      },
    )
  }
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
      <form onSubmit={change}>
        <h2 id="confirm-title">
          <ForeignText text={title} most={80} />
        </h2>
        {changed !== null && <ChangedNote change={changed} />}
        <p>
          <MessageText text={text} />
        </p>
        {children}
        {state instanceof Error && <Failure what="Not changed" error={state} />}
        <div class="controls">
          <button type="submit" class="primary" disabled={state === 'changes'}>
            {state === 'changes' ? 'Changing …' : button}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel <kbd>Esc</kbd>
          </button>
        </div>
      </form>
    </dialog>
  )
}
