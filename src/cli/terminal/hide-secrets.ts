import { hideKnown } from '../../base/settings/redact.ts'
import type { CommandContext } from './terminal.ts'

/** Flags whose value is a key. */
const secretFlags = ['--api-key', '--client-key', '--key']
/** Where a key that is given as a flag should be instead. */
const betterPlace: Readonly<Record<string, string>> = {
  '--api-key': 'the environment variable OPENAI_API_KEY',
  '--client-key': 'the environment variable ROUTELLM_CLIENT_KEYS',
  '--key': 'the environment variable ROUTELLM_API_KEY',
}
/** A shorter value is a word that a result may well hold. */
const shortestSecret = 12

/** The context of a command whose output shows no key: neither those of its flags nor those of the environment. */
export function hideSecrets(context: CommandContext, argv: readonly string[]): CommandContext {
  const { variables, clientKeys = [], hub } = context.environment
  const secrets = [
    ...secretFlagValues(argv).map(({ value }) => value),
    ...clientKeys,
    ...(hub.token === undefined ? [] : [hub.token]),
    ...Object.entries(variables).flatMap(([name, value = '']) =>
      /(?:KEYS?|TOKEN|SECRET|PASSWORD)$/i.test(name) ? [value.trim()] : [],
    ),
  ].filter((secret) => secret.length >= shortestSecret)
  if (secrets.length === 0) return context
  const hide = (text: string) => hideKnown(text, secrets)
  const { terminal } = context
  return {
    ...context,
    hideSecrets: hide,
    terminal: {
      ...terminal,
      result: (line) => terminal.result(hide(line)),
      note: (line) => terminal.note(hide(line)),
    },
  }
}

/** A warning for every key among the arguments: other users of the machine see them in the list of processes. */
export function secretFlagWarnings(argv: readonly string[]): string[] {
  const flags = new Set(secretFlagValues(argv).map(({ flag }) => flag))
  return [...flags].map(
    (flag) =>
      `${flag} can be read by every user of this machine in the list of processes (ps); set ${betterPlace[flag]} instead`,
  )
}

function secretFlagValues(argv: readonly string[]): { readonly flag: string; readonly value: string }[] {
  return argv.flatMap((argument, index) =>
    secretFlags.flatMap((flag) => {
      if (argument === flag) return [{ flag, value: argv[index + 1] ?? '' }]
      return argument.startsWith(`${flag}=`) ? [{ flag, value: argument.slice(flag.length + 1) }] : []
    }),
  )
}
