import type { Loss } from '../../../common/common-request.ts'

/** What a request of another protocol can have and Responses has not. */
export const unwritten = {
  stop: refuse('stop', 'Responses has no texts that end a reply'),
  topK: drop('top_k', 'Responses has no top_k'),
  budgetWithEffort: drop(
    'thinking.budget_tokens',
    'Responses has efforts and no budget of reasoning tokens; the effort applies',
  ),
  budget: drop(
    'thinking.budget_tokens',
    'Responses has efforts and no budget of reasoning tokens; the model reasons at its default effort',
  ),
  longUser: drop('user', "Responses takes a user's name of at most 64 characters"),
  isError: drop('messages[].content[].is_error', 'outputs of tools have no mark of errors in Responses'),
  keptMedia: refuse(
    'messages[].content[]',
    'images and files that another provider keeps cannot be read; send the data or an address',
  ),
  cacheMark: drop(
    'messages[].content[].cache_control',
    'Responses caches the beginning of a prompt by itself',
  ),
} as const satisfies Readonly<Record<string, Loss>>

function drop(field: string, why: string): Loss {
  return { field, kind: 'dropped', why }
}

function refuse(field: string, why: string): Loss {
  return { field, kind: 'refused', why }
}
