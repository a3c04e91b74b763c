import { z } from 'zod'
import { findBaseUrlProblem } from './base-url.ts'

/** The longest delay of a timer; a longer one fires at once. */
export const maxTimerMs = 2 ** 31 - 1

export const milliseconds = z.int().min(1).max(maxTimerMs)

const urlStart = /^https?:\/\/[^\s/]+/

export const httpUrl = z
  .string()
  .regex(urlStart, 'must start with http:// or https:// and name a host')
  .superRefine((text, context) => {
    const message = findBaseUrlProblem(text)
    if (message !== null && urlStart.test(text)) context.addIssue({ code: 'custom', message })
  })

/** The same type with every property, at every depth, read-only. */
export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** The parsed value of a schema of settings, read-only. */
export type SettingsOf<Settings extends z.ZodObject> = [keyof Settings['shape']] extends [never]
  ? unknown
  : DeepReadonly<z.output<Settings>>

/**
 * One shape with the keys of all. A key that several shapes have under different descriptions keeps them all; under
 * different types it takes any of them.
 */
export function mergeShapes(shapes: readonly z.ZodRawShape[]): Readonly<Record<string, z.ZodType>> {
  const merged: Record<string, z.ZodType> = {}
  for (const shape of shapes)
    for (const [key, schema] of Object.entries(shape)) {
      const known = merged[key]
      merged[key] = known === undefined ? (schema as z.ZodType) : mergeSchemas(known, schema as z.ZodType)
    }
  return merged
}

function mergeSchemas(one: z.ZodType, other: z.ZodType): z.ZodType {
  if (one === other) return one
  const descriptions = new Set([one, other].flatMap(({ description }) => description ?? []))
  const merged = typeOf(one) === typeOf(other) ? one : z.union([one, other])
  return merged.describe([...descriptions].join(' '))
}

/** A text that is the same for equal types; it ignores their descriptions. */
function typeOf(schema: z.ZodType): string {
  const { description: _, ...type } = z.toJSONSchema(schema, { io: 'input' })
  return JSON.stringify(type)
}
