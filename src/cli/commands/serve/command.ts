import type { Command } from 'commander'
import {
  collected,
  nameList,
  portValue,
  positiveValue,
  thresholdValue,
} from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { serve } from './serve.ts'
import type { ServeFlags } from './serve-flags.ts'

export function addServeCommand(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description(
      "Serve OpenAI's and Anthropic's APIs; each request goes to the model that a router or a policy chooses.",
    )
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--routers <names>',
      'routers to load, separated by commas: names, kinds or paths of artifacts',
      nameList,
    )
    .option(
      '--threshold <win rate>',
      'from 0 to 1: the threshold of auto, such as calibrate prints; auto is then the first of --routers',
      thresholdValue,
    )
    .option(
      '--strong-model <name>',
      'a configured model, provider/model of a configured provider, or a model of OpenAI; with --base-url: sent there as it is written',
    )
    .option('--weak-model <name>', 'likewise')
    .option('--base-url <url>', 'where the models given by flags are served, up to and including /v1')
    .option(
      '--api-key <key>',
      'key for --base-url, or else for OpenAI (default: the environment variable OPENAI_API_KEY)',
    )
    .option(
      '--host <address>',
      'address to bind; anything but loopback needs client keys (default: 127.0.0.1)',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: PORT, else 6060)', portValue)
    .option(
      '--client-key <key>',
      'a key that clients may present; can be repeated (better: the environment variable ROUTELLM_CLIENT_KEYS)',
      collected,
    )
    .option('--request-log <file>', 'append one line of JSON per finished request to this file')
    .option('--request-log-text', 'with the text of requests and replies; they may be confidential')
    .option('--request-log-max-mb <n>', 'begin a new file at this size, in megabytes', positiveValue, 100)
    .option('--request-log-max-days <n>', 'begin a new file at this age, in days', positiveValue, 30)
    .option('--no-store', 'keep no requests; the default is the folder .routellm beside the configuration')
    .option('--json', 'print {"url", "models", "config", "adminUrl"} to stdout once it listens')
    .addHelpText(
      'after',
      `
Without any configuration a demonstration answers: no key, no network. Ctrl-C stops the server after the requests in
flight are done. SIGTERM does the same after server.shutdownGraceMs, in which /ready answers 503. SIGHUP reads the
configuration again; if it is wrong, the one before stays. It also prints a new link to the page: each opens it once, within
ten minutes.

Examples:
  routellm serve
  routellm serve --strong-model gpt-5 --weak-model gpt-5-nano      (with the key in OPENAI_API_KEY)
  routellm serve --base-url http://127.0.0.1:11434/v1 --strong-model llama3.1:70b --weak-model llama3.1
  routellm serve --config routellm.yaml --routers mf,./my-router --port 8080
  routellm serve --routers ./my-router --threshold 0.31
  routellm serve --request-log requests.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      serve(command.optsWithGlobals<ServeFlags>(), context),
    )
}
