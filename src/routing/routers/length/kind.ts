import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'

/** The longer the prompt, the more the strong model is needed. */
export const length = defineRouterKind({
  kind: 'length',
  settings: z.strictObject({}),
  load: async ({ name }) => (await import('./router.ts')).createLengthRouter({ name }),
  configuration: { isStandard: true },
  origin: {
    record: async () => ({ calibrationPrompts: (await import('./calibration.ts')).calibrationPrompts }),
  },
})
