import type { RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { useKeys } from './shortcuts.ts'

/** `j` and `k` move among the links of rows (`Link` with `row`) within the element of the reference. */
export function useListKeys(): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null)
  useKeys([
    { on: ['j'], title: 'Next item of the list', run: () => moveFocus(list.current, 1) },
    { on: ['k'], title: 'Previous item of the list', run: () => moveFocus(list.current, -1) },
  ])
  return list
}

/** The path of the item whose row was last moved to or opened, so that a list goes on from there after it was left. */
let lastPath: string | null = null

export function rememberRow(link: Element | undefined): void {
  if (link instanceof HTMLAnchorElement) lastPath = link.pathname
}

/** Focuses the link of the next or the previous row. */
function moveFocus(list: HTMLElement | null, by: number): void {
  const links = Array.from(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])
  const focused = links.indexOf(document.activeElement as HTMLElement)
  const at =
    focused === -1
      ? links.findIndex((link) => link instanceof HTMLAnchorElement && link.pathname === lastPath)
      : focused
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]
  rememberRow(next)
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
