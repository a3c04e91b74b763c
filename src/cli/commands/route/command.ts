import type { Command } from 'commander'
import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { AutoConfig, Config } from '../../../config/config.ts'
import { demoProviders } from '../../../config/demo.ts'
import { referencedModel } from '../../../config/model-reference.ts'
import { addListPrices } from '../../../config/prices/add-list-prices.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { ExplainedDecision } from '../../../gateway/decide/explanation/explained-decision.ts'
import { findRouter } from '../../../jobs/named-routers.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import { findPolicyKind } from '../../../routing/policies/registry.ts'
import { type LoadedConfiguration, loadConfiguration } from '../../setup/configuration.ts'
import { openGateway, routerDependencies } from '../../setup/open-gateway.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import { nameList, thresholdValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { type NeedsFlags, needList, needsOfFlags } from './needs.ts'
import { decisionLines } from './print.ts'

type RouteFlags = NeedsFlags & {
  readonly router?: string
  readonly threshold?: number
  readonly policy?: string
  readonly config?: string
  readonly strongModel?: string
  readonly weakModel?: string
  readonly json?: true
}

export function addRouteCommand(program: Command, context: CommandContext): void {
  program
    .command('route')
    .description(
      'Say which model would answer a prompt, and why. Asks no model; only a router whose embedder or model you name asks that.',
    )
    .argument('<prompt>', 'the prompt, or - to read it from stdin')
    .option(
      '--router <name>',
      'a configured router, a kind (mf, random, length, rules), or the path of an artifact (default: what auto stands for)',
    )
    .option(
      '--threshold <win rate>',
      "from 0 to 1: the win rate from which the strong model answers (default: auto's, or the router's own)",
      thresholdValue,
    )
    .option('--policy <name>', 'a configured policy, instead of a router')
    .option(
      '--needs <list>',
      'what the request needs besides text, separated by commas: image, audio, file, tools, structured-output',
      needList,
    )
    .option('--region <name>', 'the region that the model must run in')
    .option('--tags <list>', 'tags that the model must have, separated by commas', nameList)
    .option('--strong-model <name>', 'what to call the strong model')
    .option('--weak-model <name>', 'what to call the weak model')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print the decision as one JSON object to stdout')
    .addHelpText(
      'after',
      `
Examples:
  routellm route "Good morning!"
  routellm route "What is the capital of France?" --threshold 0.3
  routellm route "What is the capital of France?" --policy frugal --config routellm.yaml
  routellm route "What is in this picture?" --needs image --config routellm.yaml
  cat question.txt | routellm route - --router ./my-router --json`,
    )
    .action(async (prompt: string, _options: unknown, command: Command) =>
      route(prompt, command.optsWithGlobals<RouteFlags>(), context),
    )
}

/** Longer than a server's limit: a single command may wait for a slow router. */
const routerTimeoutMs = 60_000

async function route(prompt: string, flags: RouteFlags, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context
  const text = prompt === '-' ? await terminal.readInput() : prompt
  if (text.trim() === '')
    throw new InvalidRequestError(
      'empty-prompt',
      'the prompt is empty; say what to route, as in routellm route "…"',
      {
        param: 'prompt',
      },
    )
  const loaded = await loadConfiguration(flags.config === undefined ? {} : { config: flags.config }, context)
  // Before the providers are replaced: their addresses say whose list prices these are.
  const { models } = await addListPrices(loaded.config, new Date())
  const config = localConfig({ ...loaded, config: { ...loaded.config, models } }, flags, context)
  const gateway = await openGateway(config, loaded.variables, context)
  try {
    const needs = needsOfFlags(text, flags)
    const decision = await gateway.explain({ model: 'auto', prompt: text, needs }, interrupted)
    if (flags.json === true) terminal.result(JSON.stringify(decision))
    else for (const line of decisionLines(decision, config.policy, terminal.colors)) terminal.result(line)
    if (decision.reason === 'fallback') throw unscored(decision, flags, context)
  } finally {
    await gateway.close()
  }
}

function unscored(
  decision: ExplainedDecision,
  flags: RouteFlags,
  { terminal }: CommandContext,
): CheckFailedError {
  if (flags.json === true) terminal.note(decision.explanation.summary)
  return new CheckFailedError('not-scored', decision.explanation.summary)
}

/**
 * The configuration with only what decides this prompt and nothing that is drawn for sessions, and with every provider replaced
 * by the demonstration of its name: no model is called, so no key is needed.
 */
function localConfig(
  { config, variables }: LoadedConfiguration,
  flags: RouteFlags,
  context: CommandContext,
): Config {
  const server = { ...config.server, routerTimeoutMs }
  const pair = displayedPair(config, flags)
  const { auto, routers, policies } = decidingParts({ config, variables, warnings: [] }, flags, context)
  const undrawn = { experiments: [], exploration: null, lock: null }
  return { ...config, ...pair, ...undrawn, server, auto, routers, policies }
}

/** What `--policy`, `--router` and `--threshold` select, or else `auto` of the configuration. */
function decidingParts(
  { config, variables }: LoadedConfiguration,
  flags: RouteFlags,
  context: CommandContext,
): Pick<Config, 'auto' | 'routers' | 'policies'> {
  const { auto } = config
  const policy =
    flags.policy ?? (flags.router === undefined && auto.kind === 'policy' ? auto.policy : undefined)
  if (policy !== undefined) return policyParts(config, policy, flags)
  const find = (name: string) => {
    const dependencies = routerDependencies(config, variables, context)
    return findRouter(name, { config, folder: context.folder, dependencies })
  }
  if (flags.router === undefined && auto.kind !== 'policy') {
    const rule: AutoConfig =
      flags.threshold === undefined
        ? auto
        : { kind: 'threshold', router: auto.router, threshold: flags.threshold }
    return { auto: rule, routers: [find(auto.router)], policies: [] }
  }
  const router = find(flags.router ?? 'mf')
  const rule: AutoConfig =
    flags.threshold === undefined
      ? { kind: 'router-default', router: router.name }
      : { kind: 'threshold', router: router.name, threshold: flags.threshold }
  return { auto: rule, routers: [router], policies: [] }
}

function policyParts(
  config: Config,
  name: string,
  flags: RouteFlags,
): Pick<Config, 'auto' | 'routers' | 'policies'> {
  const given = (['router', 'threshold', 'strongModel', 'weakModel'] as const).find(
    (flag) => flags[flag] !== undefined,
  )
  if (given !== undefined) {
    const option = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new InvalidRequestError(
      'policy-with-router',
      flags.policy === undefined
        ? `${option} is for a router, and auto is the policy ${name}; add --router, as in --router mf`
        : `--policy ${name} names its router, threshold and models itself; leave out ${option}`,
      { param: option },
    )
  }
  const spec = config.policies.find((policy) => policy.name === name)
  if (spec === undefined) {
    const names = config.policies.map((policy) => policy.name)
    throw new InvalidRequestError(
      'unknown-policy',
      `there is no policy ${JSON.stringify(name)} in ${config.source}.${nearestHint(name, names) || ' It has no policies.'}`,
      { param: '--policy' },
    )
  }
  const { name: _, kind, ...settings } = spec
  const needed = findPolicyKind(kind)
    .references(settings)
    .routers.map((router) => router.name)
  return {
    auto: { kind: 'policy', policy: name },
    routers: config.routers.filter((router) => needed.includes(router.name)),
    policies: [spec],
  }
}

/** The providers and models without any upstream, and the pair under the requested names. */
function displayedPair(config: Config, flags: RouteFlags): Pick<Config, 'providers' | 'models' | 'policy'> {
  const providers = config.providers.map(({ name }) => ({ ...demoProviders[0]!, name }))
  const names = providers.map(({ name }) => name)
  const named = (name: string): Model =>
    referencedModel(name, config.models, names) ?? { name, provider: demoProviders[0]!.name, upstream: name }
  const strong = named(flags.strongModel ?? config.policy.strong)
  const weak = named(flags.weakModel ?? config.policy.weak)
  if (strong.name === weak.name)
    throw new InvalidRequestError(
      'one-model',
      `--strong-model and --weak-model are both ${strong.name}; name two`,
      {
        param: '--weak-model',
      },
    )
  return {
    providers: [...demoProviders.filter(({ name }) => !names.includes(name)), ...providers],
    models: [...config.models, ...[strong, weak].filter((model) => !config.models.includes(model))],
    policy: { kind: 'pair', strong: strong.name, weak: weak.name },
  }
}
