export type JsonObject = Readonly<Record<string, unknown>>

/** The object; null for anything else. */
export function toObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

/** The items of an array; none for anything else. */
export function toItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The text; null for anything else, and for the empty text. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The number, 0 or more; null for anything else. */
export function toCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
