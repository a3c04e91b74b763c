import type { Loss } from '../../../common/common-request.ts'

/** A field of a request that the common form has no place for. */
export type UnsupportedField = {
  readonly field: string
  readonly kind: Loss['kind']
  readonly why: string
  /** Values that ask for nothing; null always is one. */
  readonly neutral?: readonly unknown[]
}

/** The fields of a Responses request that are not carried over to another protocol. Documentation is generated from it. */
export const unsupportedFields: readonly UnsupportedField[] = [
  {
    field: 'previous_response_id',
    kind: 'refused',
    why: 'the turns before it are kept at the provider that gave the id; send them in `input`, with `store: false`',
  },
  {
    field: 'conversation',
    kind: 'refused',
    why: 'the conversation is kept at another provider; send its items in `input`',
  },
  { field: 'prompt', kind: 'refused', why: 'the prompt template is kept at another provider' },
  {
    field: 'background',
    kind: 'refused',
    why: 'other protocols answer within the request only',
    neutral: [false],
  },
  { field: 'background_options', kind: 'dropped', why: 'other protocols answer within the request only' },
  { field: 'moderation', kind: 'refused', why: 'other protocols do not moderate' },
  {
    field: 'top_logprobs',
    kind: 'refused',
    why: 'replies are translated without log probabilities',
    neutral: [0],
  },
  {
    field: 'text.verbosity',
    kind: 'dropped',
    why: 'other protocols have no verbosity',
    neutral: ['medium'],
  },
  {
    field: 'reasoning.mode',
    kind: 'refused',
    why: 'other protocols have no mode of reasoning',
    neutral: ['standard'],
  },
  {
    field: 'reasoning.context',
    kind: 'dropped',
    why: 'other protocols decide themselves which reasoning the model sees again',
    neutral: ['auto'],
  },
  {
    field: 'truncation',
    kind: 'dropped',
    why: 'other protocols refuse a conversation that is too long',
    neutral: ['disabled'],
  },
  {
    field: 'context_management',
    kind: 'dropped',
    why: 'other protocols do not compact a conversation on the way',
  },
  { field: 'max_tool_calls', kind: 'dropped', why: 'it limits tools that the provider runs itself' },
  {
    field: 'store',
    kind: 'dropped',
    why: 'other protocols keep no replies to be read again',
    neutral: [false],
  },
  { field: 'metadata', kind: 'dropped', why: 'it belongs to a reply that the provider keeps' },
  { field: 'client_metadata', kind: 'dropped', why: 'it is for the provider, not for the model' },
  {
    field: 'service_tier',
    kind: 'dropped',
    why: 'tiers of service are those of one provider',
    neutral: ['auto', 'default'],
  },
  { field: 'prompt_cache_key', kind: 'dropped', why: 'other providers find the cache without it' },
  { field: 'prompt_cache_options', kind: 'dropped', why: 'other providers have caches of their own' },
  { field: 'prompt_cache_retention', kind: 'dropped', why: 'other providers have caches of their own' },
  { field: 'image', kind: 'dropped', why: 'it is an optimization of one provider' },
  { field: 'access_programs', kind: 'dropped', why: 'the programs are those of one provider' },
]

/** Values of `include` that ask for what a translated reply does not have. `reasoning.encrypted_content` is carried over. */
export const unsupportedIncludes: readonly UnsupportedField[] = [
  {
    field: 'message.output_text.logprobs',
    kind: 'refused',
    why: 'replies are translated without log probabilities',
  },
  ...[
    'file_search_call.results',
    'web_search_call.results',
    'web_search_call.action.sources',
    'code_interpreter_call.outputs',
    'computer_call_output.output.image_url',
    'message.input_image.image_url',
  ].map((field) => ({ field, kind: 'dropped' as const, why: 'it describes tools that the provider runs' })),
]

/** Items of `input` that have no equivalent. */
export const unsupportedItems: readonly UnsupportedField[] = [
  {
    field: 'item_reference',
    kind: 'refused',
    why: 'the item is kept at the provider that made it; send the item itself, with `store: false`',
  },
  {
    field: 'compaction',
    kind: 'refused',
    why: 'only the provider that compacted the conversation can read it',
  },
  { field: 'compaction_trigger', kind: 'refused', why: 'other protocols do not compact a conversation' },
  {
    field: 'configuration_update',
    kind: 'refused',
    why: 'other protocols cannot change settings on the way',
  },
  ...['web_search_call', 'file_search_call', 'code_interpreter_call', 'mcp_list_tools'].map((field) => ({
    field,
    kind: 'dropped' as const,
    why: 'it records what a tool of the provider did; the answer after it is kept',
  })),
  ...[
    'computer_call',
    'computer_call_output',
    'image_generation_call',
    'local_shell_call',
    'local_shell_call_output',
    'shell_call',
    'shell_call_output',
    'apply_patch_call',
    'apply_patch_call_output',
    'mcp_approval_request',
    'mcp_approval_response',
    'mcp_call',
    'program',
    'program_output',
  ].map((field) => ({
    field,
    kind: 'refused' as const,
    why: 'it is a step of a tool that only one provider has',
  })),
]

/** Tools that are no functions. */
export const unsupportedTools: readonly UnsupportedField[] = [
  // Agents offer it with every request, and answer without it as well. As the only tool, or chosen by name, it is refused.
  ...['web_search', 'web_search_preview', 'web_search_2025_08_26', 'web_search_preview_2025_03_11'].map(
    (field) => ({
      field,
      kind: 'dropped' as const,
      why: 'the search is run by another provider; the model answers without it',
    }),
  ),
  ...[
    'file_search',
    'code_interpreter',
    'computer',
    'computer_use',
    'computer_use_preview',
    'image_generation',
    'mcp',
    'local_shell',
    'shell',
    'apply_patch',
    'programmatic_tool_calling',
  ].map((field) => ({
    field,
    kind: 'refused' as const,
    why: 'the tool is one that only another provider has',
  })),
]
