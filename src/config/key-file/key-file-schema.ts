import { z } from 'zod'
import { keySchema } from '../schema/keys-schema.ts'

/** `routellm.keys.yaml`, version 1. */
export const keyFileSchema = z.strictObject({
  version: z.literal(1),
  keys: z.record(z.string(), keySchema),
})
