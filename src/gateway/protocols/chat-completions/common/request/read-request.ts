import type { CommonRequest, Loss, OutputForm, ReadRequest } from '../../../common/common-request.ts'
import { type JsonObject, objectOf } from '../../../common/json-fields.ts'
import { findLosses } from '../../../common/untranslated-field.ts'
import { toText } from '../json-values.ts'
import { readMessages } from './read-messages.ts'
import { readReasoning } from './read-reasoning.ts'
import { readTools } from './read-tools.ts'
import { bodyLosses } from './untranslated-fields.ts'

/** The members of a request that are carried over. */
const translated: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'],
  ...['max_completion_tokens', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stop', 'response_format'],
  ...['reasoning_effort', 'reasoning', 'include_reasoning', 'thinking'],
  ...['user', 'safety_identifier', 'stream', 'stream_options'],
])

const translatedStreamOptions: ReadonlySet<string> = new Set(['include_usage'])

/** A request of chat completions in the common form. Never throws. */
export function readRequest(body: JsonObject): ReadRequest {
  const losses = findLosses(body, bodyLosses, translated)
  const options = objectOf(body.stream_options)
  if (options !== null)
    losses.push(...findLosses(options, bodyLosses, translatedStreamOptions, 'stream_options.'))
  const conversation = readMessages(body.messages, losses)
  const tools = readTools(body, losses)
  const request: CommonRequest = {
    maxOutputTokens:
      readNumber(body, 'max_completion_tokens', losses) ?? readNumber(body, 'max_tokens', losses),
    temperature: readNumber(body, 'temperature', losses),
    topP: readNumber(body, 'top_p', losses),
    topK: readNumber(body, 'top_k', losses),
    stop: readStop(body.stop, losses),
    reasoning: readReasoning(body, losses),
    output: readOutput(body.response_format, losses),
    user: toText(body.user) ?? toText(body.safety_identifier),
    stream: body.stream === true,
    streamUsage: options?.include_usage === true,
    ...conversation,
    ...tools,
  }
  return { request, losses }
}

function readNumber(body: JsonObject, field: string, losses: Loss[]): number | null {
  const value = body[field]
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return value
  losses.push({ field, kind: 'refused', why: 'it must be a number' })
  return null
}

function readStop(value: unknown, losses: Loss[]): readonly string[] {
  if (value === undefined || value === null) return []
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (texts.every((text) => typeof text === 'string')) return texts
  losses.push({ field: 'stop', kind: 'refused', why: 'it must be text or a list of texts' })
  return []
}

function readOutput(value: unknown, losses: Loss[]): OutputForm | null {
  const format = objectOf(value)
  if (value === undefined || value === null || format?.type === 'text') return null
  if (format?.type === 'json_object') return { kind: 'json' }
  const definition = format?.type === 'json_schema' ? objectOf(format.json_schema) : null
  if (definition !== null && definition.schema !== undefined)
    return {
      kind: 'schema',
      name: toText(definition.name) ?? 'reply',
      description: toText(definition.description),
      schema: definition.schema,
      strict: typeof definition.strict === 'boolean' ? definition.strict : null,
    }
  losses.push({
    field: 'response_format',
    kind: 'refused',
    why: 'it must be text, json_object or json_schema',
  })
  return null
}
