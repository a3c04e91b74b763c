import { byField, type UntranslatedField } from '../../../common/untranslated-field.ts'

/**
 * The fields of a chat request that no other protocol has in the same meaning.
 *
 * Source: OpenAI's API reference, Create chat completion.
 */
export const untranslatedFields: readonly UntranslatedField[] = [
  { field: 'n', kind: 'refused', why: 'other protocols give one answer to a request', unless: ['1'] },
  {
    field: 'logprobs',
    kind: 'refused',
    why: 'other protocols have no log probabilities in this form',
    unless: ['false'],
  },
  {
    field: 'top_logprobs',
    kind: 'refused',
    why: 'other protocols have no log probabilities in this form',
    unless: ['0'],
  },
  { field: 'logit_bias', kind: 'refused', why: 'other protocols cannot favour or forbid tokens' },
  {
    field: 'modalities',
    kind: 'refused',
    why: 'other protocols answer with text only',
    unless: ['["text"]'],
  },
  {
    field: 'audio',
    kind: 'dropped',
    why: 'it describes spoken answers, and other protocols answer with text',
  },
  {
    field: 'web_search_options',
    kind: 'refused',
    why: "it asks for a search of the web, which is the provider's own",
  },
  {
    field: 'moderation',
    kind: 'refused',
    why: "it asks for a moderation result, which is the provider's own",
  },
  { field: 'seed', kind: 'dropped', why: 'other protocols have no seed' },
  { field: 'frequency_penalty', kind: 'dropped', why: 'other protocols have no penalties', unless: ['0'] },
  { field: 'presence_penalty', kind: 'dropped', why: 'other protocols have no penalties', unless: ['0'] },
  { field: 'prediction', kind: 'dropped', why: 'it only makes the answer faster' },
  {
    field: 'verbosity',
    kind: 'dropped',
    why: 'Messages has no verbosity, and that of Responses is not set',
    unless: ['"medium"'],
  },
  { field: 'store', kind: 'dropped', why: 'the answer is stored by no other provider', unless: ['false'] },
  { field: 'metadata', kind: 'dropped', why: "it belongs to the provider's own records" },
  {
    field: 'service_tier',
    kind: 'dropped',
    why: 'each provider has its own tiers',
    unless: ['"auto"', '"default"'],
  },
  { field: 'prompt_cache_key', kind: 'dropped', why: "it steers the provider's own cache" },
  { field: 'prompt_cache_retention', kind: 'dropped', why: "it steers the provider's own cache" },
  { field: 'prompt_cache_options', kind: 'dropped', why: "it steers the provider's own cache" },
]

/** The fields within messages and their parts. */
export const untranslatedMessageFields: readonly UntranslatedField[] = [
  { field: 'name', kind: 'dropped', why: 'other protocols do not name the participants' },
  { field: 'audio', kind: 'refused', why: 'the provider that made the spoken answer keeps it' },
  {
    field: 'prompt_cache_breakpoint',
    kind: 'dropped',
    why: 'other providers cache for 5 minutes or an hour, not for 30 minutes or 12 hours',
  },
]

export const bodyLosses = byField(untranslatedFields)
export const messageLosses = byField(untranslatedMessageFields)
