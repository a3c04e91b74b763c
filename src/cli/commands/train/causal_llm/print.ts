import { stringify } from 'yaml'
import type { FinishedJob, JobUpdate } from '../../../../learning/training/causal_llm/fine-tuning-job.ts'
import type { InstructionData } from '../../../../learning/training/causal_llm/train.ts'
import { labels, labelText } from '../../../../routing/routers/causal_llm/reply/labels.ts'
import { openAIBaseUrl } from '../../../../routing/routers/causal_llm/router.ts'
import type { Colors } from '../../../terminal/terminal.ts'
import type { FineTuningProvider } from './provider.ts'

/** What was written, and how to go on without `--submit`. */
export function instructionDataLines(
  data: InstructionData,
  output: string,
  validation: string | undefined,
  colors: Colors,
): string[] {
  const counts = labels.map((label, index) => `${labelText(label)} ${data.examplesOfLabel[index]}`)
  return [
    `Wrote ${colors.bold(String(data.training.length))} examples for ${data.pair.strong} against ${data.pair.weak}: ${output}`,
    ...(validation === undefined ? [] : [`and ${data.validation.length} for validation: ${validation}`]),
    `Labels: ${counts.join(', ')}; from [[4]] on ${data.pair.weak} suffices.`,
    `About ${tokensInWords(data.estimatedTokens)} tokens each time through the training file (an estimate: 4 bytes a token).`,
    ...(data.clippedPrompts === 0
      ? []
      : [
          `${data.clippedPrompts} long prompts are there by their beginning and end, as the router asks about them.`,
        ]),
    ...data.warnings.map((warning) => `${colors.yellow('warning:')} ${warning}`),
  ]
}

/** A line for each thing that happens to a job. */
export function jobUpdateInWords(update: JobUpdate): string | undefined {
  switch (update.kind) {
    case 'status':
      return update.isKnown
        ? `status: ${update.status}`
        : `status: ${update.status}, which is not known here; it is watched until it ends`
    case 'event':
      return update.event.progress === undefined ? update.event.message : undefined
    case 'unreachable':
      return `${update.message} Asking again.`
  }
}

export function followingLines(job: string, provider: FineTuningProvider): string[] {
  return [
    `The job ${job} goes on at ${provider.baseUrl}.`,
    `  follow it: routellm train causal_llm --submit ${provider.name} --job ${job}`,
    `  stop it:   routellm train causal_llm --submit ${provider.name} --job ${job} --cancel`,
  ]
}

export function finishedLines(job: FinishedJob, provider: FineTuningProvider, colors: Colors): string[] {
  const { baseUrl, apiKeyEnv } = provider
  const isOpenAI = baseUrl === openAIBaseUrl
  const causal = {
    kind: 'causal_llm',
    model: job.model,
    ...(!isOpenAI && { baseUrl }),
    ...((!isOpenAI || apiKeyEnv !== 'OPENAI_API_KEY') && apiKeyEnv !== undefined && { apiKeyEnv }),
  }
  const trained =
    job.trainedTokens === undefined ? '' : ` on ${tokensInWords(job.trainedTokens)} billed tokens`
  return [
    `Trained ${colors.bold(job.model)}${trained}. In routellm.yaml:`,
    ...stringify({ routers: { causal } })
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    'Next, the threshold for your own prompts:',
    '  routellm calibrate --router causal --strong-model-pct 0.5 --prompts prompts.jsonl',
  ]
}

function tokensInWords(tokens: number): string {
  if (tokens >= 1e6) return `${(tokens / 1e6).toPrecision(2)} million`
  return tokens >= 1e4 ? `${Math.round(tokens / 1e3)} thousand` : String(tokens)
}
