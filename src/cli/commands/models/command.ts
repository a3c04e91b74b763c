import type { Command } from 'commander'
import type { Config } from '../../../config/config.ts'
import { addListPrices, type PricedModels } from '../../../config/prices/add-list-prices.ts'
import { type ConfigurationFlags, loadConfiguration } from '../../setup/configuration.ts'
import { formatAuto, formatPolicy, formatRouter } from '../../setup/format-configuration.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { modelLines } from './print.ts'

type ModelsFlags = ConfigurationFlags & { readonly json?: true }

export function addModelsCommand(program: Command, context: CommandContext): void {
  program
    .command('models')
    .description('List the models and routers of the configuration.')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print {"source", "models", "prices", "routers", "policy", "policies", "auto"} to stdout',
    )
    .addHelpText(
      'after',
      `
Examples:
  routellm models
  routellm models --config routellm.yaml --json`,
    )
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ModelsFlags>()
      const { config } = await loadConfiguration(flags, context)
      const priced = await addListPrices(config, new Date())
      const { terminal } = context
      if (flags.json === true) terminal.result(JSON.stringify(toListing(config, priced)))
      else for (const line of listingLines(config, priced, context.routerKinds)) terminal.result(line)
    })
}

function toListing({ source, routers, policy, policies, auto }: Config, priced: PricedModels) {
  const models = priced.models.map((model) => ({
    ...model,
    ...(priced.listed.has(model.name) && { listed: priced.listed.get(model.name) }),
  }))
  return { source, models, prices: priced.source, routers, policy, policies, auto }
}

function listingLines(config: Config, priced: PricedModels, kinds: CommandContext['routerKinds']): string[] {
  const role = (name: string) =>
    name === config.policy.strong ? 'strong' : name === config.policy.weak ? 'weak' : ''
  return [
    `Configuration: ${config.source}`,
    '',
    'Models',
    ...priced.models.flatMap((model) => [
      `  ${model.name.padEnd(20)} ${`${model.provider}: ${model.upstream}`.padEnd(30)} ${role(model.name)}`.trimEnd(),
      ...modelLines(model, priced).map((line) => `    ${line}`),
    ]),
    ...(priced.listed.size === 0 ? [] : ['', `List prices and contexts: ${priced.source}`]),
    ...(priced.problem === null ? [] : ['', `No list prices: ${priced.problem}`]),
    '',
    'Routers',
    ...config.routers.map(
      (router) => `  ${`router-${router.name}`.padEnd(20)} ${formatRouter(router, kinds)}`,
    ),
    ...config.policies.map((policy) => `  ${`policy-${policy.name}`.padEnd(20)} ${formatPolicy(policy)}`),
    `  ${'auto'.padEnd(20)} ${formatAuto(config.auto)}`,
  ]
}
