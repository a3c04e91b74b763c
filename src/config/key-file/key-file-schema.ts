import { z } from 'zod'
import { keySchema } from '../schema/keys-schema.ts'

/** `routellm.keys.yaml`, version 1. */
export const keyFileSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  keys: z
    .record(z.string(), keySchema)
    .describe('Name → key of a client, as `keys` of routellm.yaml. The name is public.'),
})

/** JSON Schema (draft 2020-12) of `routellm.keys.yaml`. `routellm.keys.schema.json` is generated from it. */
export function keyFileJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'routellm.keys.yaml', ...z.toJSONSchema(keyFileSchema, { io: 'input' }) }
}
