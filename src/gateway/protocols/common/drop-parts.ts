import { type JsonObject, listOf, objectOf } from './json-fields.ts'

/** Whether another model wrote the state. */
export type IsForeign = (state: string) => boolean

/**
 * The list without the entries that `change` answers with null, and with those that it returns in their places; the same
 * list if nothing changed.
 */
export function mapObjects(
  list: unknown,
  change: (entry: JsonObject) => JsonObject | null,
): readonly unknown[] {
  const entries = listOf(list)
  let isChanged = false
  const kept: unknown[] = []
  for (const entry of entries) {
    const object = objectOf(entry)
    const changed = object === null ? entry : change(object)
    if (changed !== entry) isChanged = true
    if (changed !== null) kept.push(changed)
  }
  return isChanged ? kept : entries
}
