import { ConfigError } from '../../../errors.ts'
import type { RouterDependencies, RouterSpecOf } from '../router-kind.ts'
import { loadCheckpointPrompt } from './checkpoint-prompt.ts'
import { type ClassifierPrompt, ownPrompt } from './prompt.ts'
import { type CausalLlmRouter, createCausalLlmRouter } from './router.ts'
import type { causalLlmSettings } from './settings.ts'

type CausalLlmSpec = RouterSpecOf<typeof causalLlmSettings>

/**
 * The router of an entry of routellm.yaml. The model itself is served elsewhere; of a checkpoint only its prompt files are
 * read.
 *
 * @throws ConfigError `causal-llm-without-model`, `missing-api-key`; what `loadCheckpointPrompt` throws.
 */
export async function loadCausalLlmRouter(
  spec: CausalLlmSpec,
  dependencies: RouterDependencies,
): Promise<CausalLlmRouter> {
  const { name, model, apiKeyEnv } = spec
  const { apiKeys = {}, onWarning = () => {} } = dependencies
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
  return createCausalLlmRouter({
    ...spec,
    model,
    ...(apiKey !== undefined && { apiKey }),
    prompt: await loadPrompt(spec, dependencies),
    onWarning,
  })
}

/** The prompt of the spec's checkpoint, or this project's own. Throws what `loadCheckpointPrompt` throws. */
export async function loadPrompt(
  { checkpoint, revision }: CausalLlmSpec,
  { hub, onWarning = () => {} }: RouterDependencies,
): Promise<ClassifierPrompt> {
  if (checkpoint === undefined) return ownPrompt
  return loadCheckpointPrompt(checkpoint, { ...hub, ...(revision !== undefined && { revision }) }, onWarning)
}
