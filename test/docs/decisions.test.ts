import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { routellm as run } from '../support/command-line.ts'

const textOf = (file: string) =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').replaceAll('\\$', '$')

/** Prompts that examples give to the default router, and the model that a reader expects for them. */
const examples = [
  ['README.md', 'Good morning!', 'weak'],
  ['README.md', 'What is the capital of France?', 'weak'],
  ['README.md', 'Prove that the square root of 2 is irrational.', 'strong'],
  ['docs/client.md', 'Good morning!', 'weak'],
  ['src/cli/command-line.ts', 'Good morning!', 'weak'],
  ['src/cli/commands/route/command.ts', 'Good morning!', 'weak'],
  ['examples/drop-in-client.ts', 'What is the capital of France?', 'weak'],
  ['examples/drop-in-client.ts', 'Prove that the square root of 2 is irrational.', 'strong'],
] as const

describe('an example that shows a decision of the default', () => {
  it.each(examples)('%s: %s goes to %s', async (file, beginning, expected) => {
    const text = textOf(file)
    const begin = text.indexOf(beginning)
    expect(begin, `${file} has the prompt`).toBeGreaterThanOrEqual(0)
    const quote = text[begin - 1]!
    const prompt = text.slice(begin, text.indexOf(quote, begin))
    const { stdout } = await run(['route', prompt, '--json'], { folder: tmpdir() })
    expect(JSON.parse(stdout)).toMatchObject({ model: expected, router: 'mf' })
  })
})
