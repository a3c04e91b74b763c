import { type Effort, efforts } from '../../../../../routing/catalogue/model.ts'
import type { OutputForm, ReasoningRequest } from '../../../common/common-request.ts'
import { isObject, type JsonObject, numberOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { unread } from '../losses/unread.ts'
import { isSet } from '../values/is-set.ts'

/** Other protocols require a name of the form; Messages has none. */
const outputName = 'output'

/** `thinking` and `output_config.effort`. */
export function readReasoning(body: JsonObject, losses: LossList): ReasoningRequest | null {
  const thinking = isObject(body.thinking) ? body.thinking : {}
  const effort = readEffort(body.output_config, losses)
  const mode = readMode(thinking, losses)
  if (mode === null && effort === null) return null
  for (const option of Object.keys(thinking))
    if (!['type', 'budget_tokens', 'display'].includes(option) && isSet(thinking[option]))
      report(losses, unread.thinkingOption, `thinking.${option}`)
  return {
    effort,
    budgetTokens: mode === 'enabled' ? numberOf(thinking.budget_tokens) : null,
    mode,
    isShown: readDisplay(thinking.display, losses),
    wantsState: mode !== 'disabled', // a reply of Messages has it whenever the model thinks
  }
}

function readMode(thinking: JsonObject, losses: LossList): ReasoningRequest['mode'] {
  switch (thinking.type) {
    case 'enabled':
    case 'adaptive':
    case 'disabled':
      return thinking.type
    case 'between_tools': // what Claude Sonnet 5.5 has for `disabled`
      return 'disabled'
    default:
      if (isSet(thinking.type)) report(losses, unread.thinkingType)
      return null
  }
}

function readDisplay(display: unknown, losses: LossList): boolean | null {
  if (display === 'summarized') return true
  if (display === 'omitted') return false
  if (isSet(display)) report(losses, unread.thinkingOption, 'thinking.display')
  return null
}

function readEffort(config: unknown, losses: LossList): Effort | null {
  const effort = isObject(config) ? config.effort : null
  if (!isSet(effort)) return null
  const known = efforts.find((one) => one === effort)
  if (known === undefined) report(losses, unread.effort)
  return known ?? null
}

/** `output_config.format`, and `output_format`, its name before. */
export function readOutput(body: JsonObject, losses: LossList): OutputForm | null {
  const config = isObject(body.output_config) ? body.output_config : {}
  for (const option of Object.keys(config))
    if (option !== 'effort' && option !== 'format' && isSet(config[option]))
      report(losses, unread.outputOption, `output_config.${option}`)
  const format = config.format ?? body.output_format
  if (!isSet(format)) return null
  if (isObject(format) && format.type === 'json_schema')
    return { kind: 'schema', name: outputName, description: null, schema: format.schema ?? {}, strict: true }
  report(losses, unread.format)
  return null
}
