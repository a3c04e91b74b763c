import { useLayoutEffect, useRef } from 'preact/hooks'
import { views } from '../views/registry.ts'
import { navigate } from './location.ts'

/** A key, or two after one another, and what they do, for the list of keys. */
export type Shortcut = { readonly keys: string; readonly title: string }

/** A key of a view: what the list of keys says of it, and what it does. */
export type Key = {
  /** Values of `KeyboardEvent.key`, each of which does it. */
  readonly on: readonly string[]
  readonly title: string
  readonly run: (event: KeyboardEvent) => void
}

/** What works everywhere and is no single key. */
const fixed: readonly Shortcut[] = [
  { keys: 'Ctrl K, ⌘ K', title: 'Find a view, an action, a request or a session' },
  ...views.map(({ key, title }) => ({ keys: `g ${key}`, title: `Open ${title}` })),
  { keys: 'Enter', title: 'Open the item' },
  { keys: 'Esc', title: 'Close what is open, or leave a field' },
]

type Scope = 'view' | 'everywhere'
/** Of the components that are shown now. */
const listed = new Map<object, { readonly scope: Scope; readonly shortcuts: readonly Shortcut[] }>()

/** The keys that work now: those of the open view, and those of all. */
export function listShortcuts(): {
  readonly ofView: readonly Shortcut[]
  readonly everywhere: readonly Shortcut[]
} {
  const of = (scope: Scope) => [...listed.values()].filter((each) => each.scope === scope)
  return {
    ofView: of('view').flatMap(({ shortcuts }) => shortcuts),
    everywhere: [...fixed, ...of('everywhere').flatMap(({ shortcuts }) => shortcuts)],
  }
}

/** Puts keys that have a listener of their own into the list while the component is shown. */
export function useListedKeys(shortcuts: readonly Shortcut[], scope: Scope = 'view'): void {
  const own = useRef({}).current
  useLayoutEffect(() => {
    listed.set(own, { scope, shortcuts })
  })
  useLayoutEffect(() => () => void listed.delete(own), [])
}

/**
 * Runs what belongs to a key, unless somebody is typing or a dialog is open, and lists the keys. They work as soon as what they act on
 * is shown.
 */
export function useKeys(keys: readonly Key[], scope: Scope = 'view'): void {
  useListedKeys(
    keys.map(({ on, title }) => ({ keys: on.map((key) => shownKeys[key] ?? key).join(', '), title })),
    scope,
  )
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return
      const key = keys.find(({ on }) => on.includes(event.key))
      if (key === undefined) return
      if (isOfControl(event)) return
      event.preventDefault()
      key.run(event)
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  })
}

const shownKeys: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

const sequenceMs = 1500

/** `g` and a view's key open the view, and Esc leaves a field, so that keys are none of its text. */
export function useViewKeys(): void {
  useLayoutEffect(() => {
    let begunAt = Number.NEGATIVE_INFINITY
    const listener = (event: KeyboardEvent) => {
      // Esc that ends the composition of a character is none of the page's.
      if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
      if (event.key === 'Escape') leaveField(event)
      if (isTyping(event)) return
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

function leaveField(event: KeyboardEvent): void {
  const { target } = event
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
  if (!isField || target.closest('dialog') !== null) return
  // A browser would empty a search field, and with it the list would lose what it is filtered by.
  event.preventDefault()
  target.blur()
}

function isTyping({ target }: KeyboardEvent): boolean {
  const field =
    target instanceof Element ? target.closest('input, textarea, select, [contenteditable]') : null
  return (field !== null && !field.matches(withoutText)) || document.querySelector('dialog[open]') !== null
}

/** Inputs that take no text, so that a key is none of it. */
const withoutText =
  'input:is([type="checkbox"], [type="radio"], [type="range"], [type="button"], [type="submit"])'

/** Whether the control in focus has the key itself: Enter opens a link, and arrows move a slider. */
function isOfControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (key === 'Enter') return target.closest('a, button, summary, input') !== null
  return sliderKeys.test(key) && target.matches('input:is([type="range"], [type="radio"])')
}

const sliderKeys = /^(?:Arrow|Page|Home$|End$)/
