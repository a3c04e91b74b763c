import type { Loss } from '../../../common/common-request.ts'

/**
 * What a request of another protocol can have that Messages, or the Claude model, has not. The fields are those of chat
 * completions where they have one.
 */
export const unwritten = {
  audio: refuse('messages[].content[]', 'Messages has no audio'),
  fileId: refuse('messages[].content[].source', 'the file is kept by another provider'),
  imageType: refuse('messages[].content[].source', 'Messages takes JPEG, PNG, GIF and WebP images only'),
  fileType: refuse('messages[].content[].source', 'Messages takes PDF and plain text documents only'),
  imageDetail: drop('messages[].content[].detail', 'Messages has no lower detail of images'),
  invalidArguments: drop(
    'messages[].content[].arguments',
    'the arguments are no JSON object; they are sent as the text of INVALID_JSON',
  ),
  jsonMode: refuse('response_format', 'Messages has no JSON output without a schema'),
  outputDescription: drop('response_format.description', 'Messages has no description of the output'),
  outputSchema: refuse('response_format', 'the model has no structured output'),
  strictTool: drop('tools[].strict', 'the model does not guarantee the arguments of a tool'),
  blankStop: refuse('stop', 'Messages takes no stop text of white space only'),
  hotTemperature: drop('temperature', 'temperatures of Messages end at 1, which is sent'),
  sampling: drop('temperature', 'the model takes no sampling parameters'),
  thinkingSampling: drop('temperature', 'a Claude model that thinks takes no such sampling parameter'),
  twoSamplings: drop('top_p', 'the model takes a temperature or top_p, not both; the temperature is sent'),
  minimalEffort: drop('reasoning.effort', 'the lowest effort of Messages is low, which is sent'),
  effort: refuse('reasoning.effort', 'the model has no such effort'),
  noReasoning: refuse('reasoning', 'the model does not reason'),
  alwaysReasons: refuse('reasoning.effort', 'the model always reasons'),
  effortAsBudget: drop(
    'reasoning.effort',
    'the model takes thinking tokens instead of an effort; a share of the longest reply is sent',
  ),
  noRoomToReason: refuse('reasoning.effort', 'the model needs more than 1,024 tokens of reply to reason'),
  budget: drop('thinking.budget_tokens', 'the model takes no number of thinking tokens; it decides itself'),
  reasoningWithinLoop: drop(
    'reasoning',
    'the model cannot begin to reason within tool calls that were made without; it goes on without',
  ),
  forcedTool: refuse('tool_choice', 'the model cannot be made to call a tool'),
  forcedToolWithReasoning: refuse(
    'tool_choice',
    'a Claude model cannot be made to call a tool while it reasons',
  ),
} as const satisfies Record<string, Loss>

function drop(field: string, why: string): Loss {
  return { field, kind: 'dropped', why }
}

function refuse(field: string, why: string): Loss {
  return { field, kind: 'refused', why }
}
