import { z } from 'zod'

/** `StoreConfig`, key by key; `off`, which YAML 1.1 reads as false, for no store. */
export const storeSchema = z.union([
  z.strictObject({
    path: z
      .string()
      .min(1)
      .default('./.routellm')
      .describe('Folder of the store, relative to this file. It is created with the first request.'),
    text: z
      .enum(['none', 'redacted', 'full'])
      .default('none')
      .describe(
        'Whether the text of requests and replies is kept: `redacted` replaces e-mail addresses, keys, IP addresses and long numbers.',
      ),
    features: z
      .enum(['none', 'vector'])
      .default('vector')
      .describe(
        'Whether the vector of the text that was scored is kept, about 260 characters a request: `routellm learn` trains on it. It says what a prompt is about, not its words.',
      ),
    days: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe('Requests that are older are removed; totals by the hour stay. Absent: they are kept.'),
    bytes: z
      .int()
      .min(1_048_576)
      .optional()
      .describe('Size of the database beyond which the oldest days are removed. Absent: no limit.'),
    journalBytes: z
      .int()
      .min(1_048_576)
      .default(1_073_741_824)
      .describe(
        'Size of the journal, which holds what the database has not taken yet. Beyond it records are lost.',
      ),
  }),
  z.literal('off'),
  z.literal(false),
])
