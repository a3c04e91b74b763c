import { stringify } from 'yaml'
import type { InstructionDataResult } from '../../../../jobs/fine-tune/instruction-data.ts'
import type { FineTuningProvider } from '../../../../jobs/fine-tune/provider.ts'
import type { FinishedJob } from '../../../../learning/training/causal_llm/fine-tuning-job.ts'
import { labels, labelText } from '../../../../routing/routers/causal_llm/reply/labels.ts'
import { openAIBaseUrl } from '../../../../routing/routers/causal_llm/router.ts'
import type { Colors } from '../../../terminal/terminal.ts'

/** A summary of the written files. */
export function formatInstructionData(data: InstructionDataResult, colors: Colors): string[] {
  const { output, pair, examples, validation } = data
  const counts = labels.map((label, index) => `${labelText(label)} ${data.labels[index]}`)
  return [
    `Wrote ${colors.bold(String(examples.training))} examples for ${pair.strong} against ${pair.weak}: ${output}`,
    ...(validation === undefined ? [] : [`and ${examples.validation} for validation: ${validation}`]),
    `Labels: ${counts.join(', ')}; from [[4]] on ${pair.weak} suffices.`,
    `About ${formatTokens(data.estimatedTokens)} tokens each time through the training file (an estimate: 4 bytes a token).`,
    ...(data.clippedPrompts === 0
      ? []
      : [
          `Of ${data.clippedPrompts} long prompts the file has the beginning and the end, as the router asks about them.`,
        ]),
    ...data.warnings.map((warning) => `${colors.yellow('warning:')} ${warning}`),
  ]
}

export function formatFinished(job: FinishedJob, provider: FineTuningProvider, colors: Colors): string[] {
  const { baseUrl, apiKeyEnv } = provider
  const isOpenAI = baseUrl === openAIBaseUrl
  const causal = {
    kind: 'causal_llm',
    model: job.model,
    ...(!isOpenAI && { baseUrl }),
    ...((!isOpenAI || apiKeyEnv !== 'OPENAI_API_KEY') && apiKeyEnv !== undefined && { apiKeyEnv }),
  }
  const trained =
    job.trainedTokens === undefined ? '' : ` on ${formatTokens(job.trainedTokens)} billed tokens`
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

function formatTokens(tokens: number): string {
  if (tokens >= 1e6) return `${(tokens / 1e6).toPrecision(2)} million`
  return tokens >= 1e4 ? `${Math.round(tokens / 1e3)} thousand` : String(tokens)
}
