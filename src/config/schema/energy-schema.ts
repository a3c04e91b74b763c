import { z } from 'zod'

const amount = z.number().min(0)

/** A number, or the bounds of one that is not known more precisely. A number is both bounds. */
const range = z
  .union([
    amount,
    z
      .strictObject({ low: amount, high: amount })
      .refine(({ low, high }) => low <= high, { error: 'must have a `low` that is at most its `high`' }),
  ])
  .transform((given) => (typeof given === 'number' ? { low: given, high: given } : given))

/** `energy` of a model. */
export const modelEnergySchema = z.strictObject({
  wattHoursPerMillionOutputTokens: range.describe(
    'Watt-hours of a million completion tokens at the servers: a number, or `{ low, high }`.',
  ),
  wattHoursPerMillionInputTokens: range
    .exactOptional()
    .describe(
      'Watt-hours of a million prompt tokens that no cache has, a number or `{ low, high }`. Default: 0, because published figures of completion tokens usually have the prompts too.',
    ),
  source: z.string().min(1).max(500).describe('Who measured it, with the year and an address. It is shown.'),
})

export const energySchema = z.strictObject({
  powerUsageEffectiveness: range
    .exactOptional()
    .describe(
      'Energy of the data centre per energy of its servers, a number or `{ low, high }`. Default: `{ low: 1.09, high: 1.56 }`. 1 if the figures of the models have it.',
    ),
  gramsCo2PerKwh: range
    .exactOptional()
    .describe(
      'Grams of CO2 per kilowatt-hour of the grid, a number or `{ low, high }`. Default: `{ low: 445, high: 481 }`, the average of the world.',
    ),
  source: z
    .string()
    .min(1)
    .max(500)
    .exactOptional()
    .describe('Where the two figures are from, if they are not the defaults. It is shown.'),
})
