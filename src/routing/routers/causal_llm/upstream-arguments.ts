import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import type { UpstreamSettings } from '../router-kind.ts'

/** The address of `vllm serve <checkpoint>`, which serves the checkpoint under its own name. */
const checkpointServer = 'http://127.0.0.1:8000/v1'

/**
 * The settings that match the keyword arguments of upstream's `CausalLLMRouter`. Upstream loads the checkpoint into
 * its own process. Here vLLM serves the same checkpoint, and the router sends requests in the reference's format,
 * with the prompt files beside the weights.
 */
export function mapUpstreamArguments(given: Readonly<Record<string, unknown>>): UpstreamSettings {
  const problems: SettingProblem[] = []
  for (const [key, value] of Object.entries(given)) {
    const refuse = (message: string) => problems.push({ path: [key], message })
    if (/^(model_type|model_id|flash_attention_2|attention_dropout)$/.test(key))
      refuse('is up to the server that serves the checkpoint; remove it')
    else if (/^(score_threshold|special_tokens|num_outputs)$/.test(key))
      refuse('is fixed: five labels, of which [[4]] and [[5]] speak for the weak model; remove it')
    else if (key !== 'checkpoint_path')
      refuse(`unknown argument "${key}".${nearestHint(key, ['checkpoint_path'])}`)
    else if (typeof value !== 'string' || value === '') refuse('must be a text')
  }
  if (problems.length > 0) return { problems }
  const checkpoint = given.checkpoint_path
  if (checkpoint === undefined)
    return {
      problems: [
        {
          path: [],
          message: "needs checkpoint_path: routellm/causal_llm_gpt4_augmented is upstream's",
        },
      ],
    }
  return { settings: { checkpoint, model: checkpoint, baseUrl: checkpointServer, mode: 'completion' } }
}
