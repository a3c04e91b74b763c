import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

type TableFrameProps = {
  readonly kind?: string
  /** Whether each row becomes a card (`row-table.css`) while the frame is too narrow for the table. Default: false. */
  readonly becomesCards?: boolean
  readonly children: ComponentChildren
}

/** A frame in which a wide or a long table scrolls. It takes the focus only if there is something to scroll. */
export function TableFrame({ kind = '', becomesCards = false, children }: TableFrameProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  // Before the browser paints, because what fits depends on the rows.
  useLayoutEffect(() => {
    if (becomesCards && frame.current !== null) chooseForm(frame.current)
  })
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    let width = element.clientWidth
    const check = () => {
      if (becomesCards && element.clientWidth !== width) chooseForm(element)
      width = element.clientWidth
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight)
    }
    const observer = new ResizeObserver(check)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={frame} class={`table-frame ${kind}`} {...(scrolls && { tabIndex: 0 })}>
      {children}
    </div>
  )
}

/** The first form that fits: a table, one with names on several lines, cards. */
function chooseForm(frame: HTMLElement): void {
  const isTooWide = () => frame.scrollWidth > frame.clientWidth
  frame.removeAttribute('data-cards')
  frame.removeAttribute('data-tight')
  frame.toggleAttribute('data-tight', isTooWide())
  frame.toggleAttribute('data-cards', isTooWide())
}
