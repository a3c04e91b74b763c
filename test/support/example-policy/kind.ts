import { z } from 'zod'
import { definePolicyKind } from '../../../src/routing/policies/policy-kind.ts'

export const byLength = definePolicyKind({
  kind: 'by-length',
  summary: 'Long prompts go to one model, the others to another.',
  settings: z.strictObject({
    short: z.string().describe('Answers short prompts.'),
    long: z.string().describe('Answers long prompts.'),
    maxCharacters: z.int().min(1).default(20).describe('Length of the longest short prompt.'),
  }),
  references: ({ short, long }) => ({
    models: [
      { path: ['short'], name: short },
      { path: ['long'], name: long },
    ],
    routers: [],
  }),
  describe: ({ short, long, maxCharacters }) =>
    `${short}, or ${long} for more than ${maxCharacters} characters`,
  create: async ({ short, long, maxCharacters }, { name, findModel }) =>
    (await import('./policy.ts')).createByLengthPolicy({
      name,
      short: findModel(short),
      long: findModel(long),
      maxCharacters,
    }),
})
