import { redactUrl } from '../../../base/settings/redact.ts'
import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { formatPercent } from '../../../base/text/format/format-number.ts'
import type { Config } from '../../../config/config.ts'
import { demoSource, isDemonstration } from '../../../config/demo.ts'
import { describeRoute } from '../../../config/lock/describe-lock.ts'
import { isLoopback } from '../../../config/loopback.ts'
import { anyOrigin } from '../../../config/schema/origin.ts'
import { providerEndpoint } from '../../../providers/registry.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import { openPaths } from '../../../server/endpoints.ts'
import { version } from '../../../version.ts'
import { formatAuto, formatPolicy, formatRouter } from '../../setup/format-configuration.ts'
import type { Colors } from '../../terminal/terminal.ts'

/**
 * The text that a server prints when it listens: the models, the routers, the policies, and a command to try it.
 *
 * @param again the options of the same routers, as the command names them.
 */
export function formatServed(
  config: Config,
  url: string,
  colors: Colors,
  again: readonly string[] = [],
): string[] {
  const isDemo = isDemonstration(config.providers)
  const { strong, weak } = config.policy
  return [
    `routellm ${version} serves ${colors.bold(`${url}/v1`)} from ${formatSource(config, isDemo)}`,
    ...config.models.map((model) => {
      const role = model.name === strong ? ' (strong)' : model.name === weak ? ' (weak)' : ''
      return `  model   ${model.name}${role}: ${model.upstream} at ${formatEndpoint(config, model)}`
    }),
    ...config.routers.map((router) => `  router  router-${router.name}: ${formatRouter(router)}`),
    ...(config.routers.length === 0
      ? []
      : [
          `          (router-${config.routers[0]?.name}-30pct: 30 % strong calls; router-${config.routers[0]?.name}-0.35: the threshold 0.35)`,
        ]),
    ...config.policies.map((policy) => `  policy  policy-${policy.name}: ${formatPolicy(policy)}`),
    `  auto    ${formatAuto(config.auto)}`,
    ...formatLockRoutes(config),
    ...config.experiments.map(
      ({ id, control, treatment, share }) =>
        `  trial   ${id}: ${treatment} for ${formatPercent(share)} of the sessions of ${control}`,
    ),
    ...(config.exploration === null
      ? []
      : [
          `  random  the model of ${formatPercent(config.exploration.share)} of the sessions is drawn at random`,
        ]),
    ...formatAccess(config.server),
    ...(isDemo
      ? [
          `The demonstration answers by itself. For real models: ${[toCommandLineText(['routellm', 'serve', ...again]), '--strong-model … --weak-model …'].join(' ')}, or routellm init.`,
        ]
      : []),
    'Try it:',
    `  curl ${url}/v1/chat/completions -H 'content-type: application/json' \\`,
    ...(config.server.clientKeys.length + config.server.keys.length === 0
      ? []
      : ["    -H 'authorization: Bearer <client key>' \\"]),
    `    -d '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'`,
  ]
}

/** The link that opens the page. */
export function formatPage(link: string, colors: Colors): string {
  return `Page: ${colors.bold(link)} (opens it once, within ten minutes)`
}

/** One line for each policy that a lock file has changed. */
export function formatLockRoutes({ lock }: Config): string[] {
  return (lock?.routes ?? []).map((route) => `  locked  ${route.name}: ${describeRoute(route)}`)
}

/** One line each: who can reach the server, which routes need a key, which web pages may use it. */
function formatAccess({ host, clientKeys, keys, allowedOrigins }: Config['server']): string[] {
  const open = [...openPaths].join(', ')
  const keyCount = clientKeys.length + keys.length
  const count = keyCount === 1 ? '1 client key is' : `${keyCount} client keys are`
  const pages = allowedOrigins.includes(anyOrigin) ? 'any that has a key' : allowedOrigins.join(', ')
  return [
    `  reach   ${isLoopback(host) ? `this machine only (${host})` : `every machine that can connect to ${host}`}`,
    keyCount === 0
      ? '  keys    no route needs one: every program on this machine can use the models'
      : `  keys    ${count} admitted; without one: ${open}`,
    `  pages   ${pages === '' ? 'no web page of another origin; server.allowedOrigins allows one' : pages}`,
  ]
}

function formatSource(config: Config, isDemo: boolean): string {
  return isDemo && config.source === demoSource
    ? 'its built-in demonstration: no key, no network'
    : config.source
}

function formatEndpoint(config: Config, model: Model): string {
  const provider = config.providers.find(({ name }) => name === model.provider)
  const endpoint = provider === undefined ? undefined : providerEndpoint(provider)
  return endpoint === undefined ? 'the built-in demonstration' : redactUrl(endpoint.baseUrl)
}
