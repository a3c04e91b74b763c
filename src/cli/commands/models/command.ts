import type { Command } from 'commander'
import type { Config } from '../../../config/config.ts'
import { type ConfigurationFlags, loadConfiguration } from '../../setup/configuration.ts'
import { formatAuto, formatPolicy, formatRouter } from '../../setup/format-configuration.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type ModelsFlags = ConfigurationFlags & { readonly json?: true }

export function addModelsCommand(program: Command, context: CommandContext): void {
  program
    .command('models')
    .description('List the models and routers of the configuration.')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print {"source", "models", "routers", "policy", "policies", "auto"} to stdout')
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
      const { terminal } = context
      if (flags.json === true) terminal.result(JSON.stringify(listing(config)))
      else for (const line of listingLines(config, context.routerKinds)) terminal.result(line)
    })
}

function listing({ source, models, routers, policy, policies, auto }: Config) {
  return { source, models, routers, policy, policies, auto }
}

function listingLines(config: Config, kinds: CommandContext['routerKinds']): string[] {
  const role = (name: string) =>
    name === config.policy.strong ? 'strong' : name === config.policy.weak ? 'weak' : ''
  return [
    `Configuration: ${config.source}`,
    '',
    'Models',
    ...config.models.map((model) => {
      const prices =
        model.inputUsdPerMillionTokens === undefined || model.outputUsdPerMillionTokens === undefined
          ? ''
          : `  $${model.inputUsdPerMillionTokens} in, $${model.outputUsdPerMillionTokens} out per million tokens`
      return `  ${model.name.padEnd(20)} ${`${model.provider}: ${model.upstream}`.padEnd(30)} ${role(model.name)}${prices}`.trimEnd()
    }),
    '',
    'Routers',
    ...config.routers.map(
      (router) => `  ${`router-${router.name}`.padEnd(20)} ${formatRouter(router, kinds)}`,
    ),
    ...config.policies.map((policy) => `  ${`policy-${policy.name}`.padEnd(20)} ${formatPolicy(policy)}`),
    `  ${'auto'.padEnd(20)} ${formatAuto(config.auto)}`,
  ]
}
