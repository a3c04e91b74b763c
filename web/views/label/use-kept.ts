import { useState } from 'preact/hooks'

/** A text that the browser keeps; empty if it has none. */
export function useKept(key: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => localStorage.getItem(key) ?? '')
  const keep = (next: string) => {
    if (next === '') localStorage.removeItem(key)
    else localStorage.setItem(key, next)
    setText(next)
  }
  return [text, keep]
}
