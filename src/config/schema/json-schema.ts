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

/** JSON Schema (draft 2020-12) of `routellm.yaml` as it is written; `routellm.schema.json` is this, printed. */
export function configJsonSchema(): JsonSchema & Readonly<Record<string, unknown>> {
  const generated = z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema
  return { title: 'routellm.yaml', ...generated }
}

/** The text of `routellm.schema.json`. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`
}

/** The keys that the schema knows at a path of the file, such as `['providers', 'openai']`. */
export function knownKeysAt(path: readonly PropertyKey[]): string[] {
  let candidates = alternatives(configJsonSchema())
  for (const step of path) candidates = candidates.flatMap((schema) => alternatives(childOf(schema, step)))
  return [...new Set(candidates.flatMap((schema) => Object.keys(schema.properties ?? {})))]
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
