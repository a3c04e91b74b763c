import type { AutoConfig, Config, RouterConfig } from '../../config/config.ts'
import { demoSource } from '../../config/demo.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { version } from '../../version.ts'
import type { Colors } from '../terminal/terminal.ts'

export function routerInWords(router: RouterConfig): string {
  if (router.artifact !== undefined) return `trained, from ${router.artifact}`
  if (router.kind === 'causal_llm')
    return `causal_llm, asking ${router.model} at ${router.baseUrl ?? 'OpenAI'}`
  if (router.checkpoint !== undefined)
    return `${router.kind ?? router.name} from the checkpoint ${router.checkpoint}`
  if (router.kind === 'mf') return 'mf, the built-in one'
  if (router.kind === 'random') return `random, seed ${router.seed ?? 0}`
  return router.kind ?? router.name
}

export function autoInWords(auto: AutoConfig): string {
  return auto.kind === 'threshold'
    ? `${auto.router} at the threshold ${auto.threshold}`
    : `${auto.router} at the threshold for ${auto.strongPercent} % strong calls`
}

/** What a server says when it listens: what answers, what decides, and a line to try it with. */
export function servedLines(config: Config, url: string, colors: Colors): string[] {
  const isDemo = config.providers.every((provider) => provider.kind === 'demo')
  const { strong, weak } = config.policy
  return [
    `routellm ${version} serves ${colors.bold(`${url}/v1`)} from ${sourceInWords(config, isDemo)}`,
    ...config.models.map((model) => {
      const role = model.name === strong ? ' (strong)' : model.name === weak ? ' (weak)' : ''
      return `  model   ${model.name}${role}: ${model.upstream} at ${placeOf(config, model)}`
    }),
    ...config.routers.map(
      (router) => `  router  router-${router.name}-<threshold>: ${routerInWords(router)}`,
    ),
    `  auto    ${autoInWords(config.auto)}`,
    `  keys    ${config.server.clientKeys.length === 0 ? 'none asked of clients' : `${config.server.clientKeys.length} admitted`}`,
    ...(isDemo
      ? [
          'The demonstration answers by itself. For real models: routellm serve --strong-model … --weak-model …, or routellm init.',
        ]
      : []),
    'Try it:',
    `  curl ${url}/v1/chat/completions -H 'content-type: application/json' \\`,
    ...(config.server.clientKeys.length === 0 ? [] : ["    -H 'authorization: Bearer <client key>' \\"]),
    `    -d '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'`,
  ]
}

function sourceInWords(config: Config, isDemo: boolean): string {
  return isDemo && config.source === demoSource
    ? 'its built-in demonstration: no key, no network'
    : config.source
}

function placeOf(config: Config, model: Model): string {
  const provider = config.providers.find(({ name }) => name === model.provider)
  return provider?.kind === 'openai-compatible' ? provider.baseUrl : 'the built-in demonstration'
}
