import type { WriteTarget } from '../../../common/common-form.ts'
import type {
  CommonRequest,
  CommonTool,
  Loss,
  OutputForm,
  ReasoningRequest,
  ToolChoice,
  WrittenRequest,
} from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { ChatDialect } from '../dialect.ts'
import { unwritten } from './unwritten.ts'
import { createContentWriter } from './write-content.ts'
import { writeMessages } from './write-messages.ts'

/** A request as chat completions take it, in the dialect of the server that it goes to. */
export function writeRequest(
  request: CommonRequest,
  target: WriteTarget,
  dialect: ChatDialect,
): WrittenRequest {
  const losses: Loss[] = []
  const body: Record<string, unknown> = {
    model: target.model,
    messages: writeMessages(request, dialect, losses),
    ...writeTools(request, dialect, losses),
    ...unlessNull(dialect.outputLimit, request.maxOutputTokens),
    ...unlessNull('temperature', request.temperature),
    ...unlessNull('top_p', request.topP),
    ...writeTopK(request.topK, dialect, losses),
    ...(request.stop.length === 0 ? {} : { stop: request.stop }),
    ...writeReasoning(request.reasoning, dialect, losses),
    ...unlessNull('response_format', request.output === null ? null : writeOutput(request.output)),
    ...unlessNull('user', request.user),
  }
  if (request.stream) {
    body.stream = true
    if (request.streamUsage && dialect.streamOptions) body.stream_options = { include_usage: true }
  }
  return { body, losses }
}

function unlessNull(field: string, value: unknown): JsonObject {
  return value === null ? {} : { [field]: value }
}

/** Without tools OpenAI refuses a choice among them. */
function writeTools(request: CommonRequest, dialect: ChatDialect, losses: Loss[]): JsonObject {
  if (request.tools.length === 0) return {}
  const content = createContentWriter(dialect, losses)
  return {
    tools: request.tools.map((tool) => ({ ...writeTool(tool), ...content.cacheMember(tool.cache) })),
    ...unlessNull('tool_choice', request.toolChoice === null ? null : writeToolChoice(request.toolChoice)),
    ...unlessNull('parallel_tool_calls', request.parallelToolCalls),
  }
}

function writeTool({ name, description, parameters, strict }: CommonTool): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      ...unlessNull('description', description),
      ...unlessNull('parameters', parameters ?? null),
      ...unlessNull('strict', strict),
    },
  }
}

function writeToolChoice(choice: ToolChoice): unknown {
  return choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind
}

function writeTopK(topK: number | null, dialect: ChatDialect, losses: Loss[]): JsonObject {
  if (topK === null) return {}
  if (dialect.topK) return { top_k: topK }
  losses.push(unwritten.topK)
  return {}
}

function writeReasoning(
  reasoning: ReasoningRequest | null,
  dialect: ChatDialect,
  losses: Loss[],
): JsonObject {
  if (reasoning === null) return {}
  if (dialect.effort === 'reasoning') return writeReasoningObject(reasoning)
  const { effort, budgetTokens, mode, isShown } = reasoning
  if (budgetTokens !== null) losses.push(unwritten.budgetTokens)
  if (mode === 'disabled' && effort === null) losses.push(unwritten.noThinking)
  if (isShown === true) losses.push(unwritten.shownReasoning)
  return unlessNull('reasoning_effort', effort)
}

/** Source: OpenRouter's documentation, page Reasoning Tokens. It takes an effort or a number of tokens, not both. */
function writeReasoningObject({ effort, budgetTokens, mode, isShown }: ReasoningRequest): JsonObject {
  const amount = budgetTokens !== null ? { max_tokens: budgetTokens } : effort !== null ? { effort } : null
  const isOn = mode === 'disabled' ? false : amount === null && mode !== null ? true : null
  const object = {
    ...(mode === 'disabled' ? {} : amount),
    ...unlessNull('enabled', isOn),
    ...(isShown === false ? { exclude: true } : {}),
  }
  return Object.keys(object).length === 0 ? {} : { reasoning: object }
}

function writeOutput(output: OutputForm): JsonObject {
  if (output.kind === 'json') return { type: 'json_object' }
  const { name, description, schema, strict } = output
  return {
    type: 'json_schema',
    json_schema: {
      name,
      ...unlessNull('description', description),
      schema,
      ...unlessNull('strict', strict),
    },
  }
}
