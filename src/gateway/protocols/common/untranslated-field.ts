import type { Loss } from './common-request.ts'

/**
 * A field of one protocol's requests that the form that protocols share does not hold. Each protocol lists its own as
 * data, and the documentation's table of losses is made of the lists.
 */
export type UntranslatedField = {
  readonly field: string
  readonly kind: Loss['kind']
  /** Why, as a clause. */
  readonly why: string
  /** JSON texts of values that ask for nothing special: `1` for `n`. `null`, `{}` and `[]` never do. */
  readonly unless?: readonly string[]
}

const nothing: ReadonlySet<string> = new Set(['null', '{}', '[]'])

/**
 * The losses of an object's members: those of the table, and as dropped every member that is neither in the table nor
 * translated, because what an unknown field asks for cannot be known.
 *
 * At most 100 are listed.
 *
 * @param translated the names of the members that the reader carries over.
 * @param path of the object in the client's request, with a point at its end; '' for the body.
 */
export function findLosses(
  object: Readonly<Record<string, unknown>>,
  table: ReadonlyMap<string, UntranslatedField>,
  translated: ReadonlySet<string>,
  path = '',
): Loss[] {
  const losses: Loss[] = []
  for (const [name, value] of Object.entries(object)) {
    if (translated.has(name) || value === undefined) continue
    if (losses.length >= maxLosses) break
    const found = table.get(name)
    const json = isSmall(value) ? JSON.stringify(value) : ''
    if (nothing.has(json) || found?.unless?.includes(json)) continue
    losses.push({
      field: path + name,
      kind: found?.kind ?? 'dropped',
      why: found?.why ?? 'the gateway does not know the field',
    })
  }
  return losses
}

/** Of one object. Whoever reads them reads the first few. */
const maxLosses = 100

/** Whether a value can be one that asks for nothing, which are all short. */
function isSmall(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 64
  if (Array.isArray(value)) return value.length <= 1 && value.every((item) => typeof item !== 'object')
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0
}

/** The table by name. */
export function byField(fields: readonly UntranslatedField[]): ReadonlyMap<string, UntranslatedField> {
  return new Map(fields.map((field) => [field.field, field]))
}
