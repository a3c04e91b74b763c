import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema that `z.toJSONSchema` makes of the configuration. */
export type JsonSchema = {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** JSON Schema (draft 2020-12) of `routellm.yaml`, before defaults. `routellm.schema.json` is generated from it. */
export function configJsonSchema(
  schema: z.ZodType = configSchema,
): JsonSchema & Readonly<Record<string, unknown>> {
  const generated = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  return { title: 'routellm.yaml', ...generated }
}

/** The keys that a schema knows at a path of the file, such as `['providers', 'openai']`. */
export function knownKeysAt(path: readonly PropertyKey[], schema: z.ZodType = configSchema): string[] {
  return [...new Set(schemasAt(path, schema).flatMap(({ properties = {} }) => Object.keys(properties)))]
}

/** The values that a schema allows at a path of the file; empty if they are not a list. */
export function knownValuesAt(path: readonly PropertyKey[], schema: z.ZodType): readonly unknown[] {
  return schemasAt(path, schema).flatMap(({ const: only, enum: values = [] }) =>
    only === undefined ? values : [only],
  )
}

/**
 * What the documentation says about a setting; undefined if it says nothing, or nothing that holds for all kinds that
 * the part may be of.
 *
 * @param kind of the part that has the setting, if it is known.
 */
export function descriptionAt(
  path: readonly PropertyKey[],
  kind: unknown,
  schema: z.ZodType,
): string | undefined {
  const key = String(path.at(-1))
  const parts = schemasAt(path.slice(0, -1), schema).filter(({ properties }) => {
    const own = properties?.kind?.const
    return properties?.[key] !== undefined && (own === undefined || own === kind)
  })
  const found = new Set(parts.map(({ properties }) => properties?.[key]?.description))
  return found.size === 1 ? [...found][0] : undefined
}

/** Converting a schema takes milliseconds, and messages about many keys ask again for the same one. */
const rootSchemas = new WeakMap<z.ZodType, JsonSchema>()

function schemasAt(path: readonly PropertyKey[], schema: z.ZodType): JsonSchema[] {
  let root = rootSchemas.get(schema)
  if (root === undefined) {
    root = configJsonSchema(schema)
    rootSchemas.set(schema, root)
  }
  let candidates = alternatives(root)
  for (const step of path) candidates = candidates.flatMap((each) => alternatives(childOf(each, step)))
  return candidates
}

function childOf(schema: JsonSchema, step: PropertyKey): JsonSchema | undefined {
  const named = schema.properties?.[String(step)]
  if (named !== undefined) return named
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties
  return schema.items
}

function alternatives(schema: JsonSchema | undefined): JsonSchema[] {
  if (schema === undefined) return []
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
}
