import type { ComponentChildren, TargetedMouseEvent } from 'preact'
import { rememberRow } from './list-keys.ts'
import { navigate } from './location.ts'

type LinkProps = {
  readonly href: string
  readonly class?: string
  readonly title?: string
  readonly current?: boolean
  /** Whether it opens the item of a row, which `j` and `k` move among. */
  readonly row?: boolean
  readonly children: ComponentChildren
}

/** A link within the page: a plain click changes the view, any other does what the browser does. */
export function Link({ href, current = false, row = false, children, ...rest }: LinkProps) {
  const follow = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    if (row) rememberRow(event.currentTarget)
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(href)
  }
  return (
    <a
      {...rest}
      href={href}
      onClick={follow}
      {...(current && { 'aria-current': 'page' as const })}
      {...(row && { 'data-row': '' })}
    >
      {children}
    </a>
  )
}
