import { efforts } from '../../../../../routing/catalogue/model.ts'
import type {
  CommonRequest,
  OutputForm,
  ReadRequest,
  ReasoningRequest,
  ToolChoice,
} from '../../../common/common-request.ts'
import {
  booleanOf,
  isObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  textOf,
} from '../../../common/json-fields.ts'
import { createLossList, type LossList, report } from '../../../common/loss-list.ts'
import { type ClientTools, readClientTools } from '../tools/client-tools.ts'
import { readInput } from './read-items.ts'
import { unread } from './unread.ts'
import { type UnsupportedField, unsupportedFields, unsupportedIncludes } from './unsupported.ts'

/** Reads a request of OpenAI's Responses into the common form. */
export function readRequest(body: JsonObject): ReadRequest {
  const losses = createLossList()
  noteUnsupportedFields(body, losses)
  const tools = readClientTools(body, losses)
  noteOnlyTool(body, tools, losses)
  const input = readInput(body.input, tools, losses)
  const choice = readToolChoice(body.tool_choice, tools, losses)
  const instructions = textOf(body.instructions) ?? ''
  const request: CommonRequest = {
    system: instructions === '' ? input.system : [{ kind: 'text', text: instructions }, ...input.system],
    turns: input.turns,
    tools:
      choice.allowed === null ? tools.tools : tools.tools.filter(({ name }) => choice.allowed?.has(name)),
    toolChoice: choice.toolChoice,
    parallelToolCalls: booleanOf(body.parallel_tool_calls),
    maxOutputTokens: numberOf(body.max_output_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    topK: null,
    stop: [],
    reasoning: readReasoningRequest(body, losses),
    output: readOutputForm(body, losses),
    user: textOf(body.safety_identifier) ?? textOf(body.user),
    stream: body.stream === true,
    streamUsage: true,
  }
  return { request, losses: losses.losses }
}

const knownFields = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'reasoning',
  'text',
  'include',
  'user',
  'safety_identifier',
  'stream',
  'stream_options', // obfuscation of the stream's lengths, which a translated stream does not have
  ...unsupportedFields.map(({ field }) => field),
])

function noteUnsupportedFields(body: JsonObject, losses: LossList): void {
  for (const unsupported of unsupportedFields) {
    const [first, second] = unsupported.field.split('.') as [string, string?]
    const value = second === undefined ? body[first] : objectOf(body[first])?.[second]
    if (asksForSomething(value, unsupported)) losses.add(unsupported.field, unsupported.kind, unsupported.why)
  }
  for (const [index, value] of listOf(body.include).entries()) {
    if (value === encryptedReasoning) continue
    const known = unsupportedIncludes.find(({ field }) => field === value)
    losses.add(
      `include[${index}]`,
      known?.kind ?? 'dropped',
      known?.why ?? `${JSON.stringify(value)} is not known`,
    )
  }
  for (const [field, value] of Object.entries(body))
    if (!knownFields.has(field) && value !== null) losses.add(field, 'dropped', 'the field is not known')
}

const encryptedReasoning = 'reasoning.encrypted_content'

function asksForSomething(value: unknown, { neutral }: UnsupportedField): boolean {
  return value !== undefined && value !== null && neutral?.includes(value) !== true
}

/** A request that offers a search and nothing else is a search. */
function noteOnlyTool(body: JsonObject, tools: ClientTools, losses: LossList): void {
  if (tools.tools.length > 0) return
  for (const [index, tool] of listOf(body.tools).entries())
    if (isObject(tool) && textOf(tool.type)?.startsWith('web_search'))
      report(losses, unread.onlySearch, `tools[${index}]`)
}

/** `allowed`: the names of the only tools that the model may call; null: all. */
type ReadToolChoice = {
  readonly toolChoice: ToolChoice | null
  readonly allowed: ReadonlySet<string> | null
}

function readToolChoice(choice: unknown, tools: ClientTools, losses: LossList): ReadToolChoice {
  if (choice === undefined || choice === null) return { toolChoice: null, allowed: null }
  if (choice === 'auto' || choice === 'none' || choice === 'required')
    return { toolChoice: { kind: choice }, allowed: null }
  const { type, name, namespace } = objectOf(choice) ?? {}
  if ((type === 'function' || type === 'custom') && typeof name === 'string')
    return { toolChoice: { kind: 'tool', name: tools.commonName(name, textOf(namespace)) }, allowed: null }
  if (type === 'allowed_tools' && isObject(choice)) {
    const allowed = new Set<string>()
    for (const [index, tool] of listOf(choice.tools).entries()) {
      if (isObject(tool) && typeof tool.name === 'string')
        allowed.add(tools.commonName(tool.name, textOf(tool.namespace)))
      else report(losses, unread.allowedTool, `tool_choice.tools[${index}]`)
    }
    return { toolChoice: { kind: choice.mode === 'required' ? 'required' : 'auto' }, allowed }
  }
  report(losses, unread.toolChoice)
  return { toolChoice: null, allowed: null }
}

function readReasoningRequest(body: JsonObject, losses: LossList): ReasoningRequest | null {
  const reasoning = objectOf(body.reasoning)
  const wantsState = listOf(body.include).includes(encryptedReasoning)
  if (reasoning === null && !wantsState) return null
  const stated = reasoning?.effort ?? null
  const effort = efforts.find((known) => known === stated) ?? null
  if (stated !== null && effort === null)
    losses.add('reasoning.effort', 'refused', `the effort ${JSON.stringify(stated)} is not known`)
  const summary = reasoning?.summary ?? reasoning?.generate_summary ?? null
  if (effort === null && stated === null && summary === null && !wantsState) return null
  return {
    effort,
    budgetTokens: null,
    mode: null,
    isShown: summary === null ? null : true,
    wantsState,
  }
}

function readOutputForm(body: JsonObject, losses: LossList): OutputForm | null {
  const format = objectOf(objectOf(body.text)?.format)
  switch (format?.type) {
    case undefined:
    case 'text':
      return null
    case 'json_object':
      return { kind: 'json' }
    case 'json_schema':
      return {
        kind: 'schema',
        name: textOf(format?.name) ?? '',
        description: textOf(format?.description),
        schema: format?.schema,
        strict: booleanOf(format?.strict),
      }
    default:
      losses.add(
        'text.format',
        'refused',
        `the format ${JSON.stringify(format?.type)} is not known in other protocols`,
      )
      return null
  }
}
