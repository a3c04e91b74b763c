import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Failure } from '../../ui/states.tsx'

type ConfirmDialogProps = {
  readonly title: string
  /** What the button does: `Revoke the key`. */
  readonly action: string
  readonly children: ComponentChildren
  /** Its rejection is shown. */
  run(): Promise<void>
  close(): void
}

/** Says what will happen, and does it if that is wanted. */
export function ConfirmDialog({ title, action, children, run, close }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [error, setError] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const submit = (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    run().catch((failure: Error) => {
      setError(failure)
      setBusy(false)
    })
  }
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={close}>
      <form onSubmit={submit} class="stack wide">
        <h2 id="confirm-title">{title}</h2>
        {children}
        {error !== null && <Failure what="Nothing was done" error={error} />}
        <div class="controls">
          <button type="submit" class="primary" disabled={isBusy} autofocus>
            {isBusy ? 'One moment …' : action}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  )
}
