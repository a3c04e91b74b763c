import type { Command } from 'commander'
import { isDemonstration } from '../../config/demo.ts'
import type { ChatOptions } from '../../jobs/chat/endpoints.ts'
import type { Workspace } from '../../jobs/workspace.ts'
import { CheckFailedError } from '../terminal/exit-code.ts'
import { countValue, jsonObject, numberValue, pricePair } from '../terminal/option-values.ts'
import type { CommandContext } from '../terminal/terminal.ts'
import { type NamedModel, resolveNamedModels } from './named-models.ts'
import { openWorkspace } from './run-job.ts'

/** The flags of commands that ask language models many questions. */
export type ChatFlags = Omit<ChatOptions, 'price' | 'temperature'> & {
  readonly temperature?: number | null
  readonly output: string
  readonly config?: string
  readonly baseUrl?: string
  readonly apiKey?: string
}

/** The options of such a command but `--price`, whose number differs. */
export function addChatOptions(
  command: Command,
  { temperature, maxTokens }: { readonly temperature: string; readonly maxTokens: number },
): Command {
  return command
    .option(
      '--base-url <url>',
      'where the model is served, up to and including /v1 (default: https://api.openai.com/v1)',
    )
    .option(
      '--api-key <key>',
      'key for --base-url (default, and better: the environment variable OPENAI_API_KEY)',
    )
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--max-cost <dollars>',
      'the most that the job may cost, including what the cache shows as paid; needs a price',
      numberValue,
    )
    .option(
      '--cache <file>',
      'keeps every reply, so that a job that was stopped continues without paying again (default: <output>.replies, removed after a complete run)',
    )
    .option('--concurrency <number>', 'calls at a time', countValue, 4)
    .option('--temperature <number>', `of the model (default: ${temperature})`, numberValue)
    .option('--max-tokens <number>', 'longest reply', countValue, maxTokens)
    .option('--body <json>', 'more fields of each request; null removes one', jsonObject)
}

/**
 * The workspace of such a command, with the models that its flags name.
 *
 * @throws InvalidRequestError as `resolveNamedModels`.
 */
export async function openChatWorkspace(
  flags: ChatFlags,
  named: readonly NamedModel[],
  context: CommandContext,
): Promise<Workspace> {
  const workspace = await openWorkspace(flags, context)
  const { config, variables = {} } = workspace
  const { source } = resolveNamedModels(
    named,
    flags,
    { models: config.models, providers: config.providers, variables },
    isDemonstration(config.providers),
  )
  const { models, providers } = source
  return { ...workspace, config: { ...config, models, providers }, variables: source.variables }
}

/** Prints what is missing because of `--max-cost`. @returns the error that ends the command. */
export function costCapReached(
  what: string,
  { maxCost }: Pick<ChatFlags, 'maxCost'>,
  { note, colors }: CommandContext['terminal'],
): CheckFailedError {
  const message = `${what}: they could have cost more than --max-cost ${maxCost}; raise it and run the same command again, which pays for nothing twice`
  note(`${colors.red('stopped:')} ${message}`)
  return new CheckFailedError('cost-cap-reached', message)
}

/** The endpoint's reply to the first question that it refused. */
export function formatRefusal(reason: string, { colors }: CommandContext['terminal']): string {
  return `${colors.yellow('warning:')} the endpoint does not take every question; of the first it said: ${reason}`
}

/** The price of the one model of a command. */
export function addPriceOption(command: Command): Command {
  return command.option(
    '--price <input,output>',
    'dollars per million tokens (default: those of the configured model, else the list price of a model of OpenAI); 0,0 if it costs nothing',
    pricePair,
  )
}
