import { useLayoutEffect, useRef } from 'preact/hooks'
import { shortcuts } from './shortcuts.ts'

/** Lists the keys. */
export function KeyHelp({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="key-help" onClose={close}>
      <h1 id="key-help">Keys</h1>
      <dl>
        {shortcuts.map(({ keys, title }) => (
          <>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{title}</dd>
          </>
        ))}
      </dl>
      <form method="dialog" class="controls">
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}
