import type { Loss } from '../../../common/common-request.ts'

/**
 * What the common form holds and chat completions do not. A cache mark is no loss: servers without marks cache by
 * themselves, and the answer is the same.
 */
export const unwritten = {
  topK: { field: 'top_k', kind: 'dropped', why: 'chat completions have no top_k' },
  budgetTokens: {
    field: 'thinking.budget_tokens',
    kind: 'dropped',
    why: 'chat completions have an effort and no number of tokens to think with',
  },
  noThinking: {
    field: 'thinking.type',
    kind: 'dropped',
    why: 'chat completions have no switch for thinking that each model knows',
  },
  shownReasoning: {
    field: 'reasoning.summary',
    kind: 'dropped',
    why: 'chat completions cannot be asked to show reasoning',
  },
  isError: {
    field: 'messages[].content[].is_error',
    kind: 'dropped',
    why: 'chat completions do not mark the result of a tool as an error',
  },
  fileUrl: {
    field: 'messages[].content[]',
    kind: 'refused',
    why: 'chat completions take files as data and not by their address',
  },
  keptMedia: {
    field: 'messages[].content[]',
    kind: 'refused',
    why: 'the provider that keeps an image or a file under an id is another one',
  },
} as const satisfies Readonly<Record<string, Loss>>
