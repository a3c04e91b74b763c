import { byField, type UntranslatedField } from '../../../common/untranslated-field.ts'

/**
 * The fields of a Messages request that no other protocol has in the same meaning.
 *
 * Source: platform.claude.com/docs/en/api/messages/create.
 */
export const untranslatedFields: readonly UntranslatedField[] = [
  drop('anthropic_beta', 'beta features are those of one provider'),
  drop('betas', 'beta features are those of one provider'),
  refuse('compaction', 'only Anthropic writes its compaction blocks'),
  refuse('container', 'only Anthropic runs the container'),
  drop('context_management', 'only Anthropic edits the context; the whole context is sent'),
  drop('diagnostics', 'only Anthropic explains its cache misses'),
  drop('fallbacks', 'only Anthropic falls back within one request; the gateway has its own'),
  refuse('inference_geo', 'only Anthropic takes a region with a request'),
  refuse('mcp_servers', 'only Anthropic calls the servers itself'),
  refuse('previous_message_id', 'only Anthropic keeps the thread'),
  drop('service_tier', 'each provider has its own tiers', ['"auto"']),
  drop('speed', 'only Anthropic has a fast mode', ['"standard"']),
  refuse('thread', 'only Anthropic keeps the thread'),
  drop('user_profile_id', 'profiles are those of one provider'),
]

/** The fields of a tool. */
export const untranslatedToolFields: readonly UntranslatedField[] = [
  refuse('allowed_callers', 'only Anthropic calls tools from code', ['["direct"]']),
  drop('defer_loading', 'other protocols load all tools with the request', ['false']),
  drop('eager_input_streaming', 'other protocols stream arguments as they like', ['false']),
  drop('input_examples', 'other protocols have no examples of arguments'),
]

export const bodyFields = byField(untranslatedFields)
export const toolFields = byField(untranslatedToolFields)

function drop(field: string, why: string, unless: readonly string[] = []): UntranslatedField {
  return { field, kind: 'dropped', why, unless }
}

function refuse(field: string, why: string, unless: readonly string[] = []): UntranslatedField {
  return { field, kind: 'refused', why, unless }
}
