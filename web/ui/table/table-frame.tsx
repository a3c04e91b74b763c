import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { createTableForm, type TableForm } from './table-form.ts'

type TableFrameProps = {
  readonly kind?: string
  /** Of a table whose rows become cards while the frame is too narrow for it: what its columns are. Default: they never do. */
  readonly columns?: string
  readonly children: ComponentChildren
}

/** A frame in which a wide or a long table scrolls. It takes the focus only if there is something to scroll. */
export function TableFrame({ kind = '', columns, children }: TableFrameProps) {
  const frame = useRef<HTMLDivElement>(null)
  const form = useRef<TableForm | null>(null)
  const [scrolls, setScrolls] = useState(false)
  // Before the browser paints.
  useLayoutEffect(() => {
    if (columns === undefined || frame.current === null) return
    form.current ??= createTableForm(frame.current)
    form.current.choose()
  }, [columns])
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const check = () => {
      form.current?.fit()
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
