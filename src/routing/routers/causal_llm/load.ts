import { ConfigError } from '../../../errors.ts'
import type { RouterDependencies, RouterSpec } from '../registry.ts'
import { loadCheckpointPrompt } from './checkpoint-prompt.ts'
import { type CausalLlmRouter, createCausalLlmRouter } from './router.ts'

/**
 * The router of an entry of routellm.yaml. The model itself is served elsewhere; of a checkpoint only its prompt files are
 * read.
 *
 * @throws ConfigError `causal-llm-without-model`, `missing-api-key`; what `loadCheckpointPrompt` throws.
 */
export async function loadCausalLlmRouter(
  spec: RouterSpec,
  { hub, apiKeys = {}, onWarning = () => {} }: RouterDependencies,
): Promise<CausalLlmRouter> {
  const { name, model, checkpoint, revision, apiKeyEnv } = spec
  if (model === undefined)
    throw new ConfigError(
      'causal-llm-without-model',
      `The router ${name} asks a language model, and which one is not said. Give it an entry in routellm.yaml, and then its name as the router:\n  routers:\n    ${name}: { kind: causal_llm, model: llama3.1, baseUrl: http://127.0.0.1:11434/v1 }`,
      { param: `routers.${name}.model` },
    )
  const apiKey = apiKeyEnv === undefined ? undefined : apiKeys[apiKeyEnv]
  if (apiKeyEnv !== undefined && apiKey === undefined)
    throw new ConfigError(
      'missing-api-key',
      `routers.${name}.apiKeyEnv: the environment variable ${apiKeyEnv} is not set; set it, or give the baseUrl of an endpoint that needs no key`,
      { param: `routers.${name}.apiKeyEnv` },
    )
  const prompt =
    checkpoint === undefined
      ? undefined
      : await loadCheckpointPrompt(
          checkpoint,
          { ...hub, ...(revision !== undefined && { revision }) },
          onWarning,
        )
  return createCausalLlmRouter({
    ...spec,
    model,
    ...(apiKey !== undefined && { apiKey }),
    ...(prompt !== undefined && { prompt }),
    onWarning,
  })
}
