import { z } from 'zod'

/** `ShadowConfig`, key by key. */
export const shadowSchema = z.strictObject({
  share: z
    .number()
    .gt(0)
    .max(1)
    .describe(
      'Share of the requests that another candidate answers too, after their clients have the answer.',
    ),
  usdPerDay: z
    .number()
    .gt(0)
    .describe(
      'Most dollars of a day (UTC) for these calls and the judge; a model without a price is not called.',
    ),
  judge: z
    .string()
    .describe(
      'A key of `models`, or `provider/model`, that says which answer is better; `checkers`: only rules compare, which find equal answers.',
    ),
  policies: z
    .array(z.string())
    .min(1)
    .exactOptional()
    .describe('Keys of `policies`, and `auto` for requests that none of them decided. Default: all.'),
  maxInFlight: z.int().min(1).max(64).default(2).describe('Requests that are compared at once.'),
})
