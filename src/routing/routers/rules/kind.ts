import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'
import { ruleSchema } from './rule-schema.ts'

/** Rules that a person wrote. */
export const rules = defineRouterKind({
  kind: 'rules',
  settings: z.strictObject({
    rules: z
      .array(ruleSchema)
      .min(1)
      .exactOptional()
      .describe(
        'Of a `rules` router, in order: the first that matches says the win rate. Their keys: docs/routers/rules.md. Default: a built-in list.',
      ),
    otherwise: z
      .number()
      .min(0)
      .max(1)
      .exactOptional()
      .describe('Win rate of a `rules` router if no rule matches. Default: 0.4.'),
  }),
  load: async ({ name, rules: given, otherwise }) =>
    (await import('./router.ts')).createRulesRouter({
      name,
      ...(given !== undefined && { rules: given }),
      ...(otherwise !== undefined && { otherwise }),
    }),
  configuration: {
    isStandard: true,
    impliedBy: { key: 'rules', article: 'rules' },
  },
})
