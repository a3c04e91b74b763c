import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** A frame in which a wide or a long table scrolls. It takes the focus only if there is something to scroll. */
export function TableFrame({ kind = '', children }: { kind?: string; children: ComponentChildren }) {
  const frame = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const check = () =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight)
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
