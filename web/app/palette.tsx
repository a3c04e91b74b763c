import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ForeignText } from '../ui/foreign-text.tsx'
import { views } from '../views/registry.ts'
import { navigate } from './location.ts'

/** Something that the palette can do. */
export type Action = { readonly title: string; readonly keys?: string; run(): void }

/** Finds views, actions and requests by their ids. */
export function Palette({ actions, close }: { actions: readonly Action[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const found = findActions(actions, text)
  const run = (action: Action | undefined) => {
    if (action === undefined) return
    close()
    action.run()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(found[chosen])
    else if (event.key === 'ArrowDown') setChosen(Math.min(found.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else return
    event.preventDefault()
  }
  return (
    <dialog ref={dialog} class="palette" aria-label="Find" onClose={close}>
      <input
        role="combobox"
        aria-label="A view, an action or the id of a request"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] === undefined ? undefined : `palette-${chosen}`}
        placeholder="A view, an action or the id of a request"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" role="listbox" aria-label="What was found">
        {found.map((action, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={action.title}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(action)}
          >
            <ForeignText text={action.title} />
            {action.keys !== undefined && <kbd>{action.keys}</kbd>}
          </div>
        ))}
      </div>
    </dialog>
  )
}

function findActions(actions: readonly Action[], text: string): readonly Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const all: readonly Action[] = [
    ...views.map(({ title, path, key }) => ({ title, keys: `g ${key}`, run: () => navigate(path) })),
    ...actions,
  ]
  const found = all.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
  const id = text.trim()
  if (!/^\S{6,}$/.test(id)) return found
  return [
    ...found,
    { title: `Open the request ${id}`, run: () => navigate(`/requests/${encodeURIComponent(id)}`) },
    {
      title: `Requests of the session ${id}`,
      run: () => navigate(`/requests?session=${encodeURIComponent(id)}`),
    },
  ]
}
