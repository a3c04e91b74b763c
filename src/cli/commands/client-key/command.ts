import type { Command } from 'commander'
import { clientKeyHmac, newClientKey } from '../../../config/client-key.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export function addClientKeyCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('client-key')
    .description('Make a key for a client of the server, and the entry of routellm.yaml that admits it.')
    .option('--json', 'print {"key", "entry"} to stdout')
    .addHelpText(
      'after',
      `
The key is shown once and kept nowhere; the entry holds only an HMAC of it.

Examples:
  routellm client-key                 a key, and the line for server.clientKeys
  routellm client-key --json`,
    )
    .action((_options: unknown, command: Command) => {
      const key = newClientKey()
      const entry = clientKeyHmac(key)
      if (command.optsWithGlobals().json === true) return terminal.result(JSON.stringify({ key, entry }))
      terminal.note('The key, for the client (Authorization: Bearer …). It is not kept anywhere:')
      terminal.result(key)
      terminal.note('The entry, for routellm.yaml under server.clientKeys:')
      terminal.result(`- ${entry}`)
    })
}
