import { redactUrl } from '../../../base/settings/redact.ts'
import { defineRouterKind } from '../router-kind.ts'
import { causalLlmSettings, checkCausalLlmSettings } from './settings.ts'
import { mapUpstreamArguments } from './upstream-arguments.ts'

/** A language model's own estimate, over any OpenAI-compatible endpoint. */
export const causalLlm = defineRouterKind({
  kind: 'causal_llm',
  settings: causalLlmSettings,
  load: async (spec, dependencies) => (await import('./load.ts')).loadCausalLlmRouter(spec, dependencies),
  describe: ({ model, baseUrl = 'OpenAI' }) => `causal_llm, asking ${model} at ${redactUrl(baseUrl)}`,
  configuration: {
    impliedBy: { key: 'model', article: 'a model' },
    // OpenAI's key is the default at OpenAI's own address only.
    complete: (spec) =>
      spec.baseUrl === undefined && spec.apiKeyEnv === undefined
        ? { ...spec, apiKeyEnv: 'OPENAI_API_KEY' }
        : spec,
    check: checkCausalLlmSettings,
    fromUpstream: mapUpstreamArguments,
  },
  training: { option: '--data', file: 'battles.jsonl', isNeeded: false },
  needs: { keys: ({ apiKeyEnv }) => (apiKeyEnv === undefined ? [] : [apiKeyEnv]) },
  origin: {
    source: async (spec, dependencies) => ({
      kind: 'prompt',
      prompt: await (await import('./load.ts')).loadPrompt(spec, { ...dependencies, onWarning: () => {} }),
    }),
  },
})
