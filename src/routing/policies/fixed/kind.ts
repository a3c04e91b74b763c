import { z } from 'zod'
import { definePolicyKind } from '../policy-kind.ts'

export const fixed = definePolicyKind({
  kind: 'fixed',
  summary: 'One model answers every request.',
  settings: z.strictObject({
    model: z.string().describe('The model that answers: a key of `models`, or `provider/upstream name`.'),
  }),
  references: ({ model }) => ({ models: [{ path: ['model'], name: model }], routers: [] }),
  describe: ({ model }) => `always ${model}`,
  create: async ({ model }, { name, findModel }) =>
    (await import('./policy.ts')).createFixedPolicy(name, findModel(model)),
})
