import type { Command } from 'commander'
import { clientKeyHmac, newClientKey } from '../../../config/client-key.ts'
import { findKeyNameProblem } from '../../../config/key-fields/key-name.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export function addClientKeyCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('client-key')
    .description('Make a key for a client of the server, and the entry of routellm.yaml that admits it.')
    .option('--name <name>', 'the name of the key, for an entry of `keys` with limits')
    .option('--json', 'print {"key", "entry"} to stdout, with --name also "name"')
    .addHelpText(
      'after',
      `
The key is shown once and kept nowhere; the entry holds only an HMAC of it.

Examples:
  routellm client-key --name web      a key, and its entry under keys, where limits are added
  routellm client-key                 a key without a name, and the line for server.clientKeys
  routellm client-key --json`,
    )
    .action((_options: unknown, command: Command) => {
      const { name, json } = command.optsWithGlobals<{ readonly name?: string; readonly json?: true }>()
      if (name !== undefined) checkName(name)
      const key = newClientKey()
      const entry = clientKeyHmac(key)
      if (json === true) {
        terminal.result(JSON.stringify({ key, entry, ...(name !== undefined && { name }) }))
        return
      }
      terminal.note('The key, for the client (Authorization: Bearer …). It is not kept anywhere:')
      terminal.result(key)
      if (name === undefined) {
        terminal.note('The entry, for routellm.yaml under server.clientKeys:')
        terminal.result(`- ${entry}`)
      } else {
        terminal.note(
          'The entry, for routellm.yaml under keys; docs/budgets.md says which limits it can have:',
        )
        terminal.result(`${JSON.stringify(name)}: { hmac: "${entry}" }`)
      }
    })
}

function checkName(name: string): void {
  const problem = findKeyNameProblem(name)
  if (problem === null) return
  throw new InvalidRequestError('bad-flags', `--name: ${problem}`, { param: '--name' })
}
