import type { Loss } from '../../../common/common-request.ts'

/** What the content of a Messages request can have and the form that protocols share has not. */
export const unread = {
  block: refuse('messages[].content[]', 'the block is of a kind that other protocols do not have'),
  serverBlock: refuse('messages[].content[]', 'only Anthropic reads the blocks of its own tools'),
  serverTool: refuse('tools[]', 'only Anthropic runs or knows its own tools'),
  systemMessage: drop(
    'messages[].role',
    'instructions within a conversation are sent before it, with the system prompt',
  ),
  citationsWanted: refuse('messages[].content[].citations', 'other protocols do not cite documents'),
  citations: drop('messages[].content[].citations', 'other protocols have no citations; the text stays'),
  documentContext: drop('messages[].content[].context', 'other protocols have no context of a document'),
  searchSource: drop('messages[].content[].source', 'other protocols have no search results; the text stays'),
  transformations: drop(
    'messages[].content[].transformations',
    'other protocols do not let clients choose how images are scaled',
  ),
  toolsetName: drop('messages[].content[].toolset_name', 'other protocols have no sets of tools'),
  thinkingType: refuse('thinking.type', 'the kind of thinking is not known'),
  thinkingOption: drop('thinking', 'other protocols have no such option of thinking'),
  effort: refuse('output_config.effort', 'the effort is not known'),
  format: refuse('output_config.format', 'the format is not known'),
  outputOption: drop('output_config', 'other protocols have no such option of the output'),
} as const satisfies Record<string, Loss>

function drop(field: string, why: string): Loss {
  return { field, kind: 'dropped', why }
}

function refuse(field: string, why: string): Loss {
  return { field, kind: 'refused', why }
}
