import type { Command } from 'commander'
import { InvalidRequestError } from '../../../errors.ts'
import { type ConfigurationFlags, loadConfiguration } from '../../setup/configuration.ts'
import { servedLines } from '../../setup/configuration-in-words.ts'
import { openGateway } from '../../setup/open-gateway.ts'
import { collected, nameList, portValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type ServeFlags = ConfigurationFlags & { readonly json?: true }

export function addServeCommand(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description('Serve the OpenAI chat completions API; each request goes to the strong or the weak model.')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
    .option(
      '--routers <names>',
      'routers to load, separated by commas: names, kinds or paths of artifacts',
      nameList,
    )
    .option('--strong-model <name>', 'provider/model, or what the provider at --base-url calls it')
    .option('--weak-model <name>', 'likewise')
    .option(
      '--base-url <url>',
      'where both models are served, up to and including /v1 (default: https://api.openai.com/v1)',
    )
    .option('--api-key <key>', 'key for --base-url (default: the environment variable OPENAI_API_KEY)')
    .option(
      '--host <address>',
      'address to bind; anything but loopback needs client keys (default: 127.0.0.1)',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: PORT, else 6060)', portValue)
    .option('--client-key <key>', 'a key that clients may present; may be given more than once', collected)
    .option('--json', 'print {"url", "models", "config"} to stdout once it listens')
    .addHelpText(
      'after',
      `
With nothing configured, a demonstration answers: no key, no network. Ctrl-C stops it once requests in flight are done.

Examples:
  routellm serve
  routellm serve --strong-model gpt-5 --weak-model gpt-5-nano --api-key sk-…
  routellm serve --base-url http://127.0.0.1:11434/v1 --strong-model llama3.1:70b --weak-model llama3.1
  routellm serve --config routellm.yaml --routers mf,./my-router --port 8080`,
    )
    .action(async (_options: unknown, command: Command) =>
      serve(command.optsWithGlobals<ServeFlags>(), context),
    )
}

async function serve(flags: ServeFlags, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context
  const port = flags.port ?? portOfEnvironment(context)
  const { config, variables } = await loadConfiguration(
    { ...flags, ...(port !== undefined && { port }) },
    context,
  )
  // Loaded by this command only: half of the program's start is the HTTP server.
  const [{ pino }, { createServer }] = await Promise.all([
    import('pino'),
    import('../../../server/server.ts'),
  ])
  const log = pino({ base: null }, pino.destination(2))
  const gateway = await openGateway(config, variables, context, log)
  const server = createServer(gateway, { ...config.server, log })
  try {
    const { url } = await server.listen(config.server)
    const models = gateway.models().map((model) => model.id)
    if (flags.json === true) terminal.result(JSON.stringify({ url, models, config: config.source }))
    for (const line of servedLines(config, url, terminal.colors)) terminal.note(line)
    await aborted(interrupted)
    terminal.note('Stopping: requests in flight finish first (again to stop at once).')
  } finally {
    await server.close()
    await gateway.close()
  }
}

function portOfEnvironment({ environment }: CommandContext): number | undefined {
  if (environment.port === undefined) return undefined
  try {
    return portValue(environment.port)
  } catch (cause) {
    throw new InvalidRequestError(
      'bad-port',
      `PORT is ${JSON.stringify(environment.port)} in the environment; it must be a whole number from 0 to 65535`,
      { param: 'PORT', cause },
    )
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
