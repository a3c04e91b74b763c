import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandTable, routellm } from '../../support/command-line.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'width-'))
  const rows = Array.from({ length: 120 }, (_, i) => ({
    prompt: `Question ${i}: ${'why '.repeat(i % 17)}?`,
    scores: { 'gpt-4o': i % 11 === 0 ? 0 : 1, 'gpt-4o-mini': i % 17 > 11 ? 0 : 1 },
    category: i % 2 === 0 ? 'short words' : 'long words',
  }))
  const toLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  await writeFile(join(folder, 'labels.jsonl'), toLines(rows))
})
afterAll(() => rm(folder, { recursive: true }))

/** The words of every command, groups included. */
function commandsOf(command: Command, words: readonly string[] = []): string[][] {
  return [[...words], ...command.commands.flatMap((each) => commandsOf(each, [...words, each.name()]))]
}

const program = await commandTable()
const helps = commandsOf(program).map((words) => [...words, '--help'])
const pair = ['--strong-model', 'gpt-4o', '--weak-model', 'gpt-4o-mini']
const outputs = [
  ['route', 'What is the capital of France, and what would change if it were Lyon?'],
  [
    'evaluate',
    '--benchmark',
    './labels.jsonl',
    '--routers',
    'mf,length,rules',
    '--samples',
    '50',
    '--no-cache',
  ],
  [
    ...['evaluate', '--benchmark', './labels.jsonl', '--routers', 'mf', '--samples', '50', '--no-cache'],
    ...['--verbose', '--costs'],
  ],
  ['calibrate', '--router', 'length', '--max-loss', '0.4', '--labels', 'labels.jsonl', ...pair],
  ['models'],
]

describe.each([80, 120])('at %i columns', (width) => {
  it.each([...helps, ...outputs].map((argv) => ({ argv, words: argv.join(' ') })))(
    '`$words` keeps to the width',
    async ({ argv }) => {
      const { stdout, stderr } = await routellm(argv, { folder, width })
      expect(stdout).not.toBe('')
      // A single word, such as a path, is not cut.
      for (const line of `${stdout}\n${stderr}`.split('\n'))
        if (line.trim().includes(' ')) expect([...line].length, line).toBeLessThanOrEqual(width)
    },
  )
})
