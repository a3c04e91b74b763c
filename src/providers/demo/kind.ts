import { z } from 'zod'
import { defineProviderKind } from '../provider-kind.ts'

export const demo = defineProviderKind({
  kind: 'demo',
  summary: 'Answers by itself: no key, no network, labelled as a demonstration.',
  settings: z.strictObject({}),
  create: async (options: { readonly name: string }) =>
    (await import('./provider.ts')).createDemoProvider(options),
})
