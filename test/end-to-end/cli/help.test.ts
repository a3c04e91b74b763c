import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../../src/cli/commands/registry.ts'
import { type CommandSurroundings, commandTable, routellm as run } from '../../support/command-line.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-cli-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function routellm(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return run(argv, { folder, ...surroundings })
}

describe('the table of commands', () => {
  it('has each command under its name', async () => {
    const program = await commandTable()
    expect(program.commands.map((command) => command.name())).toEqual(Object.keys(commands))
  })

  it.each([
    [['route', 'hello'], ['route']],
    [['--json', 'audit', 'log.jsonl'], ['audit']],
    [['data', 'split'], ['data']],
  ])('loads for %j only what it names', async (argv, names) => {
    const program = await commandTable(argv)
    expect(program.commands.map((command) => command.name())).toEqual(names)
  })

  it.each([[[]], [['--help']], [['help', 'route']], [['rout']], [['constructor']]])(
    'loads all for %j',
    async (argv) => {
      expect((await commandTable(argv)).commands).toHaveLength(Object.keys(commands).length)
    },
  )
})

describe('help', async () => {
  const program = await commandTable()
  const leaves = program.commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands : [command],
  )

  it.each(leaves.map((command) => [command.name(), command] as const))(
    '%s has examples and --json',
    async (_name, command) => {
      const path =
        command.parent === program ? [command.name()] : [command.parent?.name() ?? '', command.name()]
      const { exitCode, stdout } = await routellm([...path, '--help'])
      expect(exitCode).toBe(0)
      expect(stdout).toContain('Examples:')
      expect(stdout).toContain('--json')
    },
  )
})
