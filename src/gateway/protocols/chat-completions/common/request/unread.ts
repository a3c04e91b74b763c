import type { Loss } from '../../../common/common-request.ts'

/** What messages and tools of a chat request can have and the form that protocols share has not. */
export const unread = {
  laterInstructions: {
    field: 'messages[]',
    kind: 'dropped',
    why: 'instructions within a conversation move to its beginning',
  },
  part: {
    field: 'messages[].content[]',
    kind: 'refused',
    why: 'it is no part that the gateway can translate',
  },
  imageDetail: {
    field: 'messages[].content[].image_url.detail',
    kind: 'dropped',
    why: 'only low, high and auto are known',
  },
  tool: {
    field: 'tools[]',
    kind: 'refused',
    why: 'only functions can be translated, not custom tools or those of a provider',
  },
  toolChoice: {
    field: 'tool_choice',
    kind: 'refused',
    why: 'it is no choice that the gateway can translate',
  },
} as const satisfies Readonly<Record<string, Loss>>
