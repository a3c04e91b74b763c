import type { Loss } from '../../../common/common-request.ts'

/** What items, content and tools of a Responses request can have and the form that protocols share has not. */
export const unread = {
  content: refuse('input[].content[]', 'content of this kind has no equivalent in other protocols'),
  annotations: drop(
    'input[].content[].annotations',
    'other protocols have no annotations of earlier answers',
  ),
  imageDetail: drop('input[].content[].detail', 'other protocols show an image in high detail at most'),
  fileDetail: drop('input[].content[].detail', 'other protocols have no detail of files'),
  longCache: drop(
    'input[].content[].prompt_cache_breakpoint.ttl',
    'other providers cache for an hour at most',
  ),
  phase: drop('input[].phase', 'other models do not tell comments from final answers'),
  laterInstructions: drop(
    'input[].role',
    'other protocols take instructions before the first turn only; these stay in their place, as text of the user',
  ),
  onlySearch: refuse('tools[]', 'the search is the only tool, and another provider runs it'),
  namespace: drop('tools[].description', 'other protocols have no namespaces of tools'),
  grammar: drop('tools[].format', 'other protocols describe a grammar to the model and do not enforce it'),
  functionOption: drop('tools[]', 'other protocols have no such option of a function'),
  allowedTool: drop('tool_choice.tools[]', 'the tool is one that only another provider has'),
  toolChoice: refuse('tool_choice', 'it asks for a tool that only another provider has'),
} as const satisfies Readonly<Record<string, Loss>>

function drop(field: string, why: string): Loss {
  return { field, kind: 'dropped', why }
}

function refuse(field: string, why: string): Loss {
  return { field, kind: 'refused', why }
}
