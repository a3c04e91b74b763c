import type { ReplyContext } from '../../../common/common-form.ts'

/** The fields of a response that repeat its request, as the client sent them or with the API's defaults. */
export function repeatedFields({ body }: ReplyContext): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [field, value] of defaults) fields[field] = body[field] ?? value
  return fields
}

const defaults: readonly (readonly [string, unknown])[] = [
  ['background', false],
  ['instructions', null],
  ['max_output_tokens', null],
  ['max_tool_calls', null],
  ['metadata', {}],
  ['parallel_tool_calls', true],
  ['previous_response_id', null],
  ['reasoning', { effort: null, summary: null }],
  ['service_tier', 'default'],
  ['temperature', null],
  ['text', { format: { type: 'text' } }],
  ['tool_choice', 'auto'],
  ['tools', []],
  ['top_logprobs', 0],
  ['top_p', null],
  ['truncation', 'disabled'],
  ['user', null],
]
