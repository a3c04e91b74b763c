import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { listShortcuts, type Shortcut } from './shortcuts.ts'

/** Lists the keys that work now: those of the open view first. */
export function KeyHelp({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const [{ ofView, everywhere }] = useState(listShortcuts)
  return (
    <dialog ref={dialog} class="help" aria-labelledby="key-help" onClose={close}>
      <form method="dialog" class="help-head">
        <h1 id="key-help">Shortcuts</h1>
        <button type="submit">
          Close <kbd>Esc</kbd>
        </button>
      </form>
      <div class={ofView.length > 0 ? 'help-lists two' : 'help-lists'}>
        {ofView.length > 0 && (
          <section>
            <h2>In this view</h2>
            <KeyList shortcuts={ofView} />
          </section>
        )}
        <section>
          <h2>Everywhere</h2>
          <KeyList shortcuts={everywhere} />
        </section>
      </div>
    </dialog>
  )
}

function KeyList({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  return (
    <dl>
      {shortcuts.map(({ keys, title }) => (
        <Fragment key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{title}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
