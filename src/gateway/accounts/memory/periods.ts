/** A day or a month of UTC, in milliseconds since 1970; `end` is the start of the next one. */
export type Period = { readonly start: number; readonly end: number }

const dayMs = 86_400_000

export function dayOf(time: number): Period {
  const start = Math.floor(time / dayMs) * dayMs
  return { start, end: start + dayMs }
}

export function monthOf(time: number): Period {
  const date = new Date(time)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) }
}
