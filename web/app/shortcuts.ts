import { useLayoutEffect } from 'preact/hooks'
import { views } from '../views/registry.ts'
import { navigate } from './location.ts'

/** A key, or two after one another, and what they do. */
export type Shortcut = { readonly keys: string; readonly title: string }

/** What works everywhere; views add their own with `useKeys`. */
export const shortcuts: readonly Shortcut[] = [
  { keys: 'Ctrl K, ⌘ K', title: 'Find a view, an action or a request' },
  ...views.map(({ key, title }) => ({ keys: `g ${key}`, title: `Open ${title}` })),
  { keys: 'j, k', title: 'Next, previous item of a list' },
  { keys: 'Enter', title: 'Open the item' },
  { keys: 'Esc', title: 'Close what is open' },
  { keys: '/', title: 'Search in the view' },
  { keys: 'Ctrl Enter, ⌘ Enter', title: 'Ask the models of the playground' },
  { keys: 't', title: 'Change the colours: system, light, dark' },
  { keys: '?', title: 'Show these keys' },
]

/**
 * Calls what belongs to a key, unless somebody is typing or a dialog is open. The keys work as soon as what they act on is shown.
 *
 * @param actions by `KeyboardEvent.key`.
 */
export function useKeys(actions: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return
      const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
      if (action === undefined) return
      // Enter on a link or a button is its own.
      if (
        event.key === 'Enter' &&
        event.target instanceof Element &&
        event.target.closest('a, button, select')
      )
        return
      event.preventDefault()
      action(event)
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  })
}

const sequenceMs = 1500

/** `g` and a view's key open the view. */
export function useViewKeys(): void {
  useLayoutEffect(() => {
    let begunAt = Number.NEGATIVE_INFINITY
    const listener = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return
      if (performance.now() - begunAt < sequenceMs) {
        const view = views.find(({ key }) => key === event.key)
        if (view !== undefined) {
          event.preventDefault()
          event.stopImmediatePropagation()
          navigate(view.path)
        }
        begunAt = Number.NEGATIVE_INFINITY
      } else if (event.key === 'g') begunAt = performance.now()
    }
    addEventListener('keydown', listener, true)
    return () => removeEventListener('keydown', listener, true)
  }, [])
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    (target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null) ||
    document.querySelector('dialog[open]') !== null
  )
}
