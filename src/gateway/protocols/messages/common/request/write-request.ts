import type { WriteTarget } from '../../../common/common-form.ts'
import type { CommonRequest, OutputForm, WrittenRequest } from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import { createLossList, type LossList, report } from '../../../common/loss-list.ts'
import type { TextPart } from '../../../common/parts.ts'
import { unwritten } from '../losses/unwritten.ts'
import { findModelFamily, type ModelFamily } from '../model/model-family.ts'
import { type Block, writeBlocks } from './write-blocks.ts'
import { type WrittenReasoning, writeReasoning } from './write-reasoning.ts'
import { writeSampling } from './write-sampling.ts'
import { writeTools } from './write-tools.ts'
import { writeTurns } from './write-turns.ts'

/** Writes the body of `POST /v1/messages`. Source: platform.claude.com/docs/en/api/messages/create. */
export function writeRequest(request: CommonRequest, target: WriteTarget): WrittenRequest {
  const losses = createLossList()
  const family = findModelFamily(target.model)
  const maxTokens = request.maxOutputTokens ?? target.maxOutputTokens ?? family.maxOutputTokens
  const reasoning = writeReasoning(request, family, maxTokens, losses)
  const body = {
    model: target.model,
    max_tokens: maxTokens,
    ...writeSystem(request.system, losses),
    messages: writeTurns(request.turns, losses),
    ...writeTools(request, family, losses),
    ...(reasoning.thinking === null ? {} : { thinking: reasoning.thinking }),
    ...writeOutputConfig(request.output, reasoning, family, losses),
    ...writeSampling(request, family, isThinking(reasoning, family), losses),
    ...writeStop(request.stop, losses),
    ...(request.user === null ? {} : { metadata: { user_id: request.user } }),
    ...(request.stream ? { stream: true } : {}),
  }
  return { body, losses: losses.losses }
}

function isThinking({ thinking }: WrittenReasoning, family: ModelFamily): boolean {
  if (thinking === null) return family.thinksByDefault
  return thinking.type === 'enabled' || thinking.type === 'adaptive'
}

function writeSystem(system: readonly TextPart[], losses: LossList): { system?: string | readonly Block[] } {
  const blocks = system.flatMap((part, index) => writeBlocks(part, `system[${index}]`, losses))
  if (blocks.length === 0) return {}
  const [only] = system
  return system.length === 1 && only?.cache === undefined ? { system: only!.text } : { system: blocks }
}

function writeOutputConfig(
  output: OutputForm | null,
  { effort }: WrittenReasoning,
  family: ModelFamily,
  losses: LossList,
): JsonObject {
  const format = output === null ? null : writeFormat(output, family, losses)
  if (effort === null && format === null) return {}
  return {
    output_config: {
      ...(effort === null ? {} : { effort }),
      ...(format === null ? {} : { format }),
    },
  }
}

function writeFormat(output: OutputForm, family: ModelFamily, losses: LossList): JsonObject | null {
  if (output.kind === 'json') {
    report(losses, unwritten.jsonMode)
    return null
  }
  if (!family.structuredOutput) {
    report(losses, unwritten.outputSchema)
    return null
  }
  if (output.description !== null) report(losses, unwritten.outputDescription)
  return { type: 'json_schema', schema: output.schema }
}

function writeStop(stop: readonly string[], losses: LossList): JsonObject {
  const texts = stop.filter((text) => text.trim() !== '')
  if (texts.length < stop.length) report(losses, unwritten.blankStop)
  return texts.length === 0 ? {} : { stop_sequences: texts }
}
