import { z } from 'zod'
import { defineRouterKind } from '../../../src/index.ts'

export const keywords = defineRouterKind({
  kind: 'keywords',
  settings: z.strictObject({
    words: z.array(z.string()).exactOptional().describe('Words that need the strong model. Default: prove.'),
  }),
  load: async ({ name, words = ['prove'] }) =>
    (await import('./router.ts')).createKeywordsRouter({ name, words }),
  describe: ({ words = ['prove'] }) => `keywords, ${words.join(' and ')}`,
  configuration: { impliedBy: { key: 'words', article: 'words' } },
  needs: { packages: [{ name: 'example-word-list', unlocks: ['the keywords router'] }] },
})
