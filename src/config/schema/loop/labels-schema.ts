import { z } from 'zod'
import { defaultLabels } from '../../config.ts'

const { perDay, base, active, seed, usdPerDay } = defaultLabels

/** `LabelsConfig`, key by key. */
export const labelsSchema = z.strictObject({
  perDay: z
    .number()
    .gt(0)
    .max(100_000)
    .default(perDay)
    .describe('Requests that are put up for a person to label on a day, on average, at most.'),
  base: z
    .number()
    .gt(0)
    .max(1)
    .default(base)
    .describe(
      'Probability of a request of no particular worth, before `perDay`; above 0, so that estimates have a basis.',
    ),
  active: z
    .number()
    .min(0)
    .max(1)
    .default(active)
    .describe('What the probability of an uncertain, drifting or dear request is larger by, at most.'),
  usdPerDay: z
    .number()
    .min(0)
    .default(usdPerDay)
    .describe(
      'Dollars a day for answers of other models that a person asks for on the page, to compare them.',
    ),
  seed: z.int().default(seed).describe('Another seed draws other requests.'),
})
