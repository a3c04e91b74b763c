import type { WriteTarget } from '../../../common/common-form.ts'
import type {
  CommonRequest,
  CommonTool,
  OutputForm,
  ToolChoice,
  WrittenRequest,
} from '../../../common/common-request.ts'
import { createLossList, type LossList, report } from '../../../common/loss-list.ts'
import { unwritten } from './unwritten.ts'
import { noteCache, writeContent } from './write-content.ts'
import { writeItems } from './write-items.ts'

/**
 * Writes a request for OpenAI's Responses. The provider is to keep nothing (`store: false`), since the client has the whole
 * conversation and could not refer to what is kept.
 */
export function writeRequest(request: CommonRequest, target: WriteTarget): WrittenRequest {
  const losses = createLossList()
  noteUnsupported(request, losses)
  const { instructions, message } = writeSystem(request, losses)
  const body: Record<string, unknown> = {
    model: target.model,
    ...(instructions !== null && { instructions }),
    input: [...message, ...writeItems(request.turns, losses)],
    ...(request.tools.length > 0 && { tools: request.tools.map((tool) => writeTool(tool, losses)) }),
    ...(request.toolChoice !== null && { tool_choice: writeToolChoice(request.toolChoice) }),
    ...(request.parallelToolCalls !== null && { parallel_tool_calls: request.parallelToolCalls }),
    ...(request.maxOutputTokens !== null && { max_output_tokens: request.maxOutputTokens }),
    ...(request.temperature !== null && { temperature: request.temperature }),
    ...(request.topP !== null && { top_p: request.topP }),
    ...writeReasoning(request, losses),
    ...(request.output !== null && { text: { format: writeFormat(request.output) } }),
    ...writeUser(request.user, losses),
    store: false,
    ...(request.stream && { stream: true }),
  }
  return { body, losses: losses.losses }
}

function noteUnsupported(request: CommonRequest, losses: LossList): void {
  if (request.stop.length > 0) report(losses, unwritten.stop)
  if (request.topK !== null) report(losses, unwritten.topK)
}

/** One text is the `instructions`; several stay apart, as the parts of one message. */
function writeSystem(request: CommonRequest, losses: LossList) {
  const { system } = request
  const [only] = system
  if (system.length === 1 && only !== undefined && only.text !== '') {
    noteCache(only, 'system', losses)
    return { instructions: only.text, message: [] }
  }
  const content = writeContent(system, 'system', losses)
  return {
    instructions: null,
    message: content.length === 0 ? [] : [{ type: 'message', role: 'developer', content }],
  }
}

/** `strict` is always stated: Responses takes it for true where it is not, and then changes the schema. */
function writeTool(tool: CommonTool, losses: LossList): Record<string, unknown> {
  noteCache(tool, 'tools', losses)
  return {
    type: 'function',
    name: tool.name,
    ...(tool.description !== null && { description: tool.description }),
    parameters: tool.parameters ?? null,
    strict: tool.strict ?? false,
  }
}

function writeToolChoice(choice: ToolChoice): unknown {
  return choice.kind === 'tool' ? { type: 'function', name: choice.name } : choice.kind
}

function writeReasoning({ reasoning }: CommonRequest, losses: LossList): Record<string, unknown> {
  if (reasoning === null) return {}
  const effort = reasoning.effort ?? (reasoning.mode === 'disabled' ? 'none' : null)
  if (reasoning.budgetTokens !== null)
    report(losses, effort === null ? unwritten.budget : unwritten.budgetWithEffort)
  const written = {
    ...(effort !== null && { effort }),
    ...(reasoning.isShown === true && { summary: 'auto' }),
  }
  return {
    ...(Object.keys(written).length > 0 && { reasoning: written }),
    ...(reasoning.wantsState && { include: ['reasoning.encrypted_content'] }),
  }
}

function writeFormat(output: OutputForm): unknown {
  if (output.kind === 'json') return { type: 'json_object' }
  return {
    type: 'json_schema',
    name: output.name,
    ...(output.description !== null && { description: output.description }),
    schema: output.schema,
    ...(output.strict !== null && { strict: output.strict }),
  }
}

/** OpenAI refuses a longer name; Claude Code's is. */
const maxUserLength = 64

function writeUser(user: string | null, losses: LossList): Record<string, unknown> {
  if (user === null) return {}
  if (user.length <= maxUserLength) return { safety_identifier: user }
  report(losses, unwritten.longUser)
  return {}
}
