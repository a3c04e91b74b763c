import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { KeysAnswer } from '../../src/server/admin/api/keys/routes.ts'
import { useResource } from '../api/use-resource.ts'
import { ForeignText } from '../ui/foreign-text.tsx'
import { toItemPath, views } from '../views/registry.ts'
import { navigate } from './location.ts'
import { nameActions, placeActions } from './palette-actions.ts'
import { isRequestId } from './request-id.ts'

/** Something that the palette can do. */
export type Action = {
  readonly title: string
  /** Other words that find it. */
  readonly words?: string
  readonly keys?: string
  run(): void
}

const hint = 'A view, an action, or the id of a request or a session'

/** Finds views and actions, and requests and sessions by their ids. */
export function Palette({ actions, close }: { actions: readonly Action[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  useLayoutEffect(
    () => document.querySelector(`#palette-${chosen}`)?.scrollIntoView({ block: 'nearest' }),
    [chosen],
  )
  const { data: keys } = useResource<KeysAnswer>('/keys')
  const found = findActions([...actions, ...placeActions, ...nameActions(keys)], text)
  const run = (action: Action | undefined) => {
    if (action === undefined) return
    close()
    action.run()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return
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
        aria-label={hint}
        aria-expanded={found.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] === undefined ? undefined : `palette-${chosen}`}
        placeholder={hint}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" role="listbox" aria-label="What was found" hidden={found.length === 0}>
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
      <p class="quiet" role="status">
        {found.length === 0 && 'Nothing is called that. An id is found from its sixth character on.'}
      </p>
    </dialog>
  )
}

function findActions(actions: readonly Action[], text: string): readonly Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const all: readonly Action[] = [
    ...views.map(({ title, path, key }) => ({ title, keys: `g ${key}`, run: () => navigate(path) })),
    ...actions,
  ]
  const found = all.filter(({ title, words: others = '' }) =>
    words.every((word) => `${title} ${others}`.toLowerCase().includes(word)),
  )
  const id = text.trim()
  // A plain word that finds an action is no id.
  const isId = /^\S{6,}$/.test(id) && (found.length === 0 || /\d/.test(id) || isRequestId(id))
  return isId ? [...found, ...openById(id)] : found
}

/** What has the id, first what it looks like. Sessions are named by clients, so they can look like anything. */
function openById(id: string): readonly Action[] {
  const request = { title: `Look for the request ${id}`, run: () => navigate(`/requests/${toItemPath(id)}`) }
  const sessions: readonly Action[] = [
    { title: `Look for the session ${id}`, run: () => navigate(`/sessions/${toItemPath(id)}`) },
    {
      title: `Sessions that begin with ${id}`,
      run: () => navigate(`/sessions?id=${encodeURIComponent(id)}`),
    },
    {
      title: `Requests of the session ${id}`,
      run: () => navigate(`/requests?session=${encodeURIComponent(id)}`),
    },
  ]
  return isRequestId(id) ? [request, ...sessions] : [...sessions, request]
}
