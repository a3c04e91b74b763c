import type { AutoConfig, Config } from '../../config/config.ts'
import { demoSource, isDemonstration } from '../../config/demo.ts'
import { providerEndpoint } from '../../providers/registry.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { findRouterKind, type RouterSpec } from '../../routing/routers/registry.ts'
import type { RouterKind } from '../../routing/routers/router-kind.ts'
import { version } from '../../version.ts'
import type { Colors } from '../terminal/terminal.ts'

export function routerInWords(router: RouterSpec, kinds?: readonly RouterKind[]): string {
  const { name, kind, artifact, checkpoint } = router
  if (artifact !== undefined) return `trained, from ${artifact}`
  const described = findRouterKind(kind, kinds)?.describe?.(router)
  if (described !== undefined) return described
  return checkpoint === undefined ? (kind ?? name) : `${kind ?? name} from the checkpoint ${checkpoint}`
}

export function autoInWords(auto: AutoConfig): string {
  switch (auto.kind) {
    case 'threshold':
      return `${auto.router} at the threshold ${auto.threshold}`
    case 'strong-percent':
      return `${auto.router} at the threshold for ${auto.strongPercent} % strong calls`
    case 'router-default':
      return `${auto.router} at its default threshold (for 50 % strong calls, or 0.5 without calibration)`
  }
}

/** What a server says when it listens: what answers, what decides, and a line to try it with. */
export function servedLines(config: Config, url: string, colors: Colors): string[] {
  const isDemo = isDemonstration(config.providers)
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
  const endpoint = provider === undefined ? undefined : providerEndpoint(provider)
  return endpoint?.baseUrl ?? 'the built-in demonstration'
}
