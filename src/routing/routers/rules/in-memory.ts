import { untrainedInMemory } from '../in-memory-kind.ts'
import { rules } from './kind.ts'
import { createRulesRouter } from './router.ts'

export const rulesInMemory = untrainedInMemory(rules, ({ name, rules: given, otherwise }) =>
  createRulesRouter({
    name,
    ...(given !== undefined && { rules: given }),
    ...(otherwise !== undefined && { otherwise }),
  }),
)
