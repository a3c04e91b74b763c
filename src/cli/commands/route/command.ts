import type { Command } from 'commander'
import type { Config } from '../../../config/config.ts'
import { demoProviders } from '../../../config/demo.ts'
import { referencedModel } from '../../../config/model-reference.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { ExplainedDecision } from '../../../gateway/decide/explained-decision.ts'
import { findRouter } from '../../../jobs/named-routers.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { openGateway, routerDependencies } from '../../setup/open-gateway.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import { thresholdValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { decisionLines } from './print.ts'

type RouteFlags = {
  readonly router: string
  readonly threshold?: number
  readonly config?: string
  readonly strongModel?: string
  readonly weakModel?: string
  readonly json?: true
}

export function addRouteCommand(program: Command, context: CommandContext): void {
  program
    .command('route')
    .description('Say which model would answer a prompt, and why. Sends nothing anywhere.')
    .argument('<prompt>', 'the prompt, or - to read it from stdin')
    .option(
      '--router <name>',
      'a kind (mf, random, length, rules), a configured router, or the path of an artifact',
      'mf',
    )
    .option(
      '--threshold <win rate>',
      "from 0 to 1: the win rate from which the strong model answers (default: the one that sends half of the router's calibration prompts there, or 0.5 for a router without calibration)",
      thresholdValue,
    )
    .option('--strong-model <name>', 'what to call the strong model')
    .option('--weak-model <name>', 'what to call the weak model')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print the decision as one JSON object to stdout')
    .addHelpText(
      'after',
      `
Examples:
  routellm route "Prove that √2 is irrational"
  routellm route "What is the capital of France?" --threshold 0.3
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
  const dependencies = routerDependencies(loaded.config, loaded.variables, context)
  const router = findRouter(flags.router, { config: loaded.config, folder: context.folder, dependencies })
  const config: Config = {
    ...loaded.config,
    ...displayedPair(loaded.config, flags),
    server: { ...loaded.config.server, routerTimeoutMs },
    routers: [router],
    policies: [],
    auto:
      flags.threshold === undefined
        ? { kind: 'router-default', router: router.name }
        : { kind: 'threshold', router: router.name, threshold: flags.threshold },
  }
  const gateway = await openGateway(config, loaded.variables, context)
  try {
    const decision = await gateway.explain({ model: 'auto', prompt: text }, interrupted)
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

/** The pair under the requested names. No model is called, so the demonstration's provider is enough. */
function displayedPair(config: Config, flags: RouteFlags): Pick<Config, 'providers' | 'models' | 'policy'> {
  const named = (name: string): Model => {
    const known = referencedModel(name, config.models, [])
    return { name: known?.name ?? name, provider: 'demo', upstream: name }
  }
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
    providers: demoProviders,
    models: [strong, weak],
    policy: { kind: 'pair', strong: strong.name, weak: weak.name },
  }
}
