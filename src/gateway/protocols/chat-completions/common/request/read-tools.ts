import type { CommonTool, Loss, ToolChoice } from '../../../common/common-request.ts'
import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'
import { toText } from '../json-values.ts'
import { readCacheMark } from './read-content.ts'
import { unread } from './unread.ts'

export type ReadTools = {
  readonly tools: readonly CommonTool[]
  readonly toolChoice: ToolChoice | null
  readonly parallelToolCalls: boolean | null
}

/** The tools of a chat request, or the deprecated `functions`, of which a model calls one at a time. */
export function readTools(body: JsonObject, losses: Loss[]): ReadTools {
  const tools = readList(body.tools, 'tools', (tool) => objectOf(tool.function), losses)
  const parallelToolCalls = typeof body.parallel_tool_calls === 'boolean' ? body.parallel_tool_calls : null
  if (!usesFunctions(body)) return { ...choose(body.tool_choice, tools, losses), parallelToolCalls }
  const functions = readList(body.functions, 'functions', (tool) => tool, losses)
  return { tools: functions, toolChoice: readFunctionChoice(body, losses), parallelToolCalls: false }
}

/** Whether a client uses the deprecated `functions`, whose calls come as `function_call`. */
export function usesFunctions(body: JsonObject): boolean {
  return listOf(body.functions).length > 0 && listOf(body.tools).length === 0
}

function readList(
  value: unknown,
  field: string,
  definitionOf: (tool: JsonObject) => JsonObject | null,
  losses: Loss[],
): CommonTool[] {
  const tools: CommonTool[] = []
  const items = listOf(value)
  for (let index = 0; index < items.length; index++) {
    const tool = objectOf(items[index])
    const definition = tool === null ? null : definitionOf(tool)
    const name = toText(definition?.name)
    if (tool === null || definition === null || name === null) {
      losses.push({ ...unread.tool, field: `${field}[${index}]` })
    } else tools.push(readTool(name, definition, tool))
  }
  return tools
}

/** OpenAI: a function without parameters takes none. */
const noParameters = { type: 'object', properties: {} }

function readTool(name: string, definition: JsonObject, tool: JsonObject): CommonTool {
  return {
    name,
    description: toText(definition.description),
    parameters: definition.parameters ?? noParameters,
    strict: typeof definition.strict === 'boolean' ? definition.strict : null,
    ...readCacheMark(tool.cache_control),
  }
}

function choose(
  value: unknown,
  tools: readonly CommonTool[],
  losses: Loss[],
): Pick<ReadTools, 'tools' | 'toolChoice'> {
  if (value === undefined || value === null) return { tools, toolChoice: null }
  if (value === 'auto' || value === 'none' || value === 'required')
    return { tools, toolChoice: { kind: value } }
  const choice = objectOf(value)
  const name = toText(objectOf(choice?.function)?.name)
  if (choice?.type === 'function' && name !== null) return { tools, toolChoice: { kind: 'tool', name } }
  const allowed = choice?.type === 'allowed_tools' ? objectOf(choice.allowed_tools) : null
  if (allowed !== null) return chooseAllowed(allowed, tools)
  losses.push(unread.toolChoice)
  return { tools, toolChoice: null }
}

/** A model can call only the tools that it is given, so the others are left out. */
function chooseAllowed(
  allowed: JsonObject,
  tools: readonly CommonTool[],
): Pick<ReadTools, 'tools' | 'toolChoice'> {
  const names = new Set(listOf(allowed.tools).map((tool) => toText(objectOf(objectOf(tool)?.function)?.name)))
  return {
    tools: tools.filter(({ name }) => names.has(name)),
    toolChoice: { kind: allowed.mode === 'required' ? 'required' : 'auto' },
  }
}

function readFunctionChoice(body: JsonObject, losses: Loss[]): ToolChoice | null {
  const choice = body.function_call
  if (choice === undefined || choice === null) return null
  if (choice === 'auto' || choice === 'none') return { kind: choice }
  const name = toText(objectOf(choice)?.name)
  if (name !== null) return { kind: 'tool', name }
  losses.push({ field: 'function_call', kind: 'refused', why: 'it names no function' })
  return null
}
