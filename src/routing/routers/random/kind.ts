import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'

/** By chance, the same for the same prompt. */
export const random = defineRouterKind({
  kind: 'random',
  settings: z.strictObject({
    seed: z.int().min(0).exactOptional().describe('Seed of the `random` router. Default: 0.'),
  }),
  load: async ({ name, seed }) =>
    (await import('./router.ts')).createRandomRouter({ name, ...(seed !== undefined && { seed }) }),
  describe: ({ seed = 0 }) => `random, seed ${seed}`,
  configuration: { isStandard: true },
})
