import type { CommonRequest, CommonTool } from '../../../common/common-request.ts'
import { isObject, type JsonObject } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { unwritten } from '../losses/unwritten.ts'
import type { ModelFamily } from '../model/model-family.ts'
import { writeCacheMark } from '../values/cache-mark.ts'

/** `tools` and `tool_choice`. */
export function writeTools(request: CommonRequest, family: ModelFamily, losses: LossList): JsonObject {
  if (request.tools.length === 0) return writeCalledTools(request)
  const tools = request.tools.map((tool, index) => writeTool(tool, index, family, losses))
  const choice = writeToolChoice(request)
  return { tools, ...(choice === null ? {} : { tool_choice: choice }) }
}

function writeTool(tool: CommonTool, index: number, family: ModelFamily, losses: LossList): JsonObject {
  const isStrict = tool.strict !== null && family.structuredOutput
  if (tool.strict === true && !isStrict) report(losses, unwritten.strictTool, `tools[${index}].strict`)
  return {
    name: tool.name,
    ...(tool.description === null ? {} : { description: tool.description }),
    input_schema: writeSchema(tool.parameters),
    ...(isStrict ? { strict: tool.strict } : {}),
    ...writeCacheMark(tool.cache),
  }
}

/** The schema of arguments. The API demands that its type is `object`; other protocols take none for no arguments. */
function writeSchema(parameters: unknown): JsonObject {
  if (!isObject(parameters)) return { type: 'object', properties: {} }
  return parameters.type === undefined ? { type: 'object', ...parameters } : parameters
}

/**
 * A conversation with calls needs tools, which other protocols do not demand: those that were called are named, and
 * none can be called again.
 */
function writeCalledTools({ turns }: CommonRequest): JsonObject {
  const parts = turns.flatMap((turn) => turn.parts)
  const names = new Set(parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : [])))
  if (names.size === 0) return {}
  const tools = [...names].map((name) => ({ name, input_schema: { type: 'object' } }))
  return { tools, tool_choice: { type: 'none' } }
}

function writeToolChoice({ toolChoice, parallelToolCalls }: CommonRequest): JsonObject | null {
  const parallel = parallelToolCalls === null ? {} : { disable_parallel_tool_use: !parallelToolCalls }
  switch (toolChoice?.kind) {
    case undefined:
      return parallelToolCalls === false ? { type: 'auto', ...parallel } : null
    case 'none':
      return { type: 'none' }
    case 'auto':
      return { type: 'auto', ...parallel }
    case 'required':
      return { type: 'any', ...parallel }
    case 'tool':
      return { type: 'tool', name: toolChoice?.name, ...parallel }
  }
}
