import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

describe('help', () => {
  const program = commandTable()
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
