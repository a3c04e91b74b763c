import type { CommonTool, ToolChoice } from '../../../common/common-request.ts'
import { booleanOf, isObject, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { findLosses } from '../../../common/untranslated-field.ts'
import { unread } from '../losses/unread.ts'
import { toolFields } from '../losses/untranslated-fields.ts'
import { readCacheMark } from '../values/cache-mark.ts'
import { isSet } from '../values/is-set.ts'

/** Tools of the client's own. One that only Anthropic runs or knows is a loss. */
export function readTools(tools: unknown, losses: LossList): CommonTool[] {
  if (!Array.isArray(tools)) return []
  return tools.flatMap((tool: unknown, index): CommonTool[] => {
    if (!isObject(tool)) return []
    const path = `tools[${index}]`
    if (isSet(tool.type) && tool.type !== 'custom') {
      report(losses, unread.serverTool, path)
      return []
    }
    for (const loss of findLosses(tool, toolFields, toolMembers, `${path}.`))
      losses.add(loss.field, loss.kind, loss.why)
    return [
      {
        name: textOf(tool.name) ?? '',
        description: textOf(tool.description),
        parameters: tool.input_schema ?? null,
        strict: booleanOf(tool.strict),
        ...readCacheMark(tool),
      },
    ]
  })
}

const toolMembers = new Set(['cache_control', 'description', 'input_schema', 'name', 'strict', 'type'])

export function readToolChoice(choice: unknown): ToolChoice | null {
  if (!isObject(choice)) return null
  if (choice.type === 'auto' || choice.type === 'none') return { kind: choice.type }
  if (choice.type === 'any') return { kind: 'required' }
  if (choice.type === 'tool') return { kind: 'tool', name: textOf(choice.name) ?? '' }
  return null
}

/** Null: not stated. */
export function readParallelToolCalls(choice: unknown): boolean | null {
  if (!isObject(choice)) return null
  const isDisabled = booleanOf(choice.disable_parallel_tool_use)
  return isDisabled === null ? null : !isDisabled
}
