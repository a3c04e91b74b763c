import type { Row } from '../../../row.ts'
import { coerceList, coerceObject } from '../../cells/coerce.ts'

/** Attributes by their full dotted names: `gen_ai.usage.input_tokens`. */
export type Attributes = ReadonlyMap<string, unknown>

const deepest = 8
const mostAttributes = 4000

/**
 * The attributes of a span in any of their forms: a list of `{"key", "value": {"stringValue"}}` (OTLP) or `{"key",
 * "value"}` (Jaeger), an object with dotted names or nested objects, or the JSON of these; and columns of the row that begin
 * with `attributes.` or have a dotted name of their own.
 */
export function findAttributes(span: Row): Attributes {
  const attributes = new Map<string, unknown>()
  for (const [name, value] of Object.entries(span)) {
    const own = name.replace(/^(?:span_)?attributes\./i, '')
    if (own !== name || /^(?:gen_ai|llm|ai|openinference|traceloop|mlflow|input|output)\./.test(name))
      flatten(attributes, own, value, 0)
  }
  for (const name of [
    'attributes',
    'Attributes',
    'SpanAttributes',
    'span_attributes',
    'tags',
    'attributes_string',
    'attributes_number',
  ])
    for (const [key, value] of pairsOf(span[name])) flatten(attributes, key, value, 0)
  return attributes
}

/** The pairs of a list of keys and values, or of an object. */
export function pairsOf(value: unknown): readonly (readonly [string, unknown])[] {
  const list = coerceList(value)
  if (list === undefined) return Object.entries(coerceObject(value) ?? {})
  return list.flatMap((item) => {
    const { key, value: given } = coerceObject(item) ?? {}
    return typeof key === 'string' ? [[key, parseAnyValue(given, 0)] as const] : []
  })
}

/** The list that names with numbers make: `gen_ai.prompt.0.role`, `gen_ai.prompt.0.content`, `gen_ai.prompt.1.role`. */
export function findList(attributes: Attributes, prefix: string): readonly Row[] | undefined {
  const fields = [...attributes].flatMap(([name, value]) =>
    name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), value] as const] : [],
  )
  const list = listOf(fields, 0)
  return list.length === 0 ? undefined : list
}

/** @param fields names that begin with the number of an item, and their values. */
function listOf(fields: readonly (readonly [string, unknown])[], depth: number): readonly Row[] {
  const items = new Map<number, [string, unknown][]>()
  for (const [name, value] of fields) {
    const [, number, rest = ''] = /^(\d{1,6})(?:\.(.+))?$/.exec(name) ?? []
    if (number === undefined) continue
    const item = items.get(Number(number)) ?? []
    items.set(Number(number), item)
    item.push([rest, value])
  }
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => itemOf(item, depth))
}

/** An item whose fields may be lists of their own: `message.contents.0.message_content.text`. */
function itemOf(fields: readonly (readonly [string, unknown])[], depth: number): Row {
  const plain: [string, unknown][] = []
  const lists = new Map<string, [string, unknown][]>()
  for (const [name, value] of fields) {
    const [, list, rest] = (depth < deepest && /^([^\d]+?)\.(\d{1,6}(?:\..+)?)$/.exec(name)) || []
    if (list === undefined || rest === undefined) plain.push([name, value])
    else lists.set(list, [...(lists.get(list) ?? []), [rest, value]])
  }
  const nested = [...lists].map(([name, list]) => [name, listOf(list, depth + 1)] as const)
  return Object.fromEntries([...plain, ...nested])
}

/** The value of an OTLP `AnyValue`. */
function parseAnyValue(given: unknown, depth: number): unknown {
  const value = typeof given === 'object' ? coerceObject(given) : undefined
  if (value === undefined || depth > deepest) return given
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = value
  const plain = stringValue ?? intValue ?? doubleValue ?? boolValue
  if (plain !== undefined) return plain
  const values = coerceList(coerceObject(arrayValue)?.values)
  if (values !== undefined) return values.map((each) => parseAnyValue(each, depth + 1))
  const pairs = coerceList(coerceObject(kvlistValue)?.values)
  if (pairs === undefined) return given
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const { key, value: inner } = coerceObject(pair) ?? {}
      return typeof key === 'string' ? [[key, parseAnyValue(inner, depth + 1)] as const] : []
    }),
  )
}

/** MLflow writes texts as JSON: `"CHAT_MODEL"` with its quotes. */
function unquote(value: unknown): unknown {
  if (typeof value !== 'string' || !/^"[^"]*"$/.test(value)) return value
  return value.slice(1, -1)
}

function flatten(into: Map<string, unknown>, name: string, value: unknown, depth: number): void {
  if (into.size >= mostAttributes) return
  if (value !== null && value !== undefined && value !== '' && !into.has(name)) into.set(name, unquote(value))
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > deepest) return
  for (const [key, inner] of Object.entries(value)) flatten(into, `${name}.${key}`, inner, depth + 1)
}
