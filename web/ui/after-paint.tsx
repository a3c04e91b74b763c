import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** What is below the fold: drawn after the browser has painted what is above it. */
export function AfterPaint({ children }: { children: ComponentChildren }) {
  const [isPainted, setPainted] = useState(false)
  // Preact runs effects after the paint.
  useEffect(() => setPainted(true), [])
  return isPainted ? children : null
}
