import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toCommandLineText } from '../../../src/base/text/format/command-line-text.ts'
import { routellm } from '../../support/command-line.ts'
import { madeUpLabels } from '../../support/labels-slice.ts'
import { printedCommands, shellWords } from '../../support/printed-commands.ts'
import { project } from '../../support/run-program.ts'

let folder: string

beforeAll(async () => {
  // A folder whose name a shell would split.
  folder = await mkdtemp(join(tmpdir(), "routellm's next steps "))
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  await writeFile(join(folder, 'labels.jsonl'), lines(madeUpLabels(120, 0)))
  await writeFile(join(folder, 'held-out.jsonl'), lines(madeUpLabels(60, 1000)))
  await copyFile(join(project, 'examples', 'logs.jsonl'), join(folder, 'my log.jsonl'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a command; `serve` until it listens. */
async function runCommand(argv: readonly string[], variables: Record<string, string> = {}) {
  const controller = new AbortController()
  return routellm(argv, {
    folder,
    variables: { PORT: '0', ...variables },
    signal: controller.signal,
    onNote: (line) => argv[0] === 'serve' && line.startsWith('Try it') && controller.abort(),
  })
}

const pair = ['--strong-model', 'big', '--weak-model', 'small']
const commands: readonly (readonly string[])[] = [
  ['train', 'few_label', '--labels', 'labels.jsonl', ...pair, '--output', 'few'],
  ['train', 'knn', '--data', 'labels.jsonl', ...pair, '--output', 'near'],
  ['calibrate', '--router', 'length', '--strong-model-pct', '0.3'],
  ['calibrate', '--router', './few', '--strong-model-pct', '0.3', '--prompts', 'held-out.jsonl'],
  ['calibrate', '--router', './few', '--max-loss', '0.9', '--labels', 'held-out.jsonl'],
  ['audit', 'my log.jsonl', '--router', 'mf'],
]

describe('the next steps that a command prints', () => {
  it.each(commands)(
    'routellm %s %s %s …: each can be pasted',
    async (...argv) => {
      const done = await runCommand(argv)
      expect(done.exitCode, done.stderr).toBe(0)
      const printed = printedCommands(done)
      expect(printed).not.toEqual([])
      for (const command of printed) {
        const [program, ...words] = shellWords(command)
        expect(program).toBe('routellm')
        const next = await runCommand(words)
        expect(next.exitCode, `${command}\n${next.stderr}`).toBe(0)
      }
    },
    120_000,
  )

  it('keep the router that training made, and the threshold that calibration found', async () => {
    const { stdout } = await runCommand([
      ...['calibrate', '--router', './few', '--strong-model-pct', '0.3', '--prompts', 'held-out.jsonl'],
    ])
    const threshold = /^Threshold (\S+):/.exec(stdout)?.[1] ?? ''
    expect(threshold.length).toBeLessThan(15)
    const serve = printedCommands({ stdout, stderr: '' }).find((command) => command.includes(' serve '))
    const { stderr } = await runCommand(shellWords(serve ?? '').slice(1))
    expect(stderr).toContain(`  auto    few at the threshold ${threshold}\n`)
  }, 60_000)

  it('name the file that init wrote', async () => {
    const done = await runCommand(['init', '--output', 'my routes.yaml'])
    const file = join(folder, 'my routes.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('port: 6060', 'port: 0'))
    for (const command of printedCommands(done)) {
      const next = await runCommand(shellWords(command).slice(1))
      expect([next.exitCode, next.stderr]).toEqual([0, expect.any(String)])
      if (command.includes('serve')) expect(next.stderr).toContain('my routes.yaml')
    }
    expect(printedCommands(done)).toHaveLength(2)
  })
})

describe('toCommandLineText', () => {
  it.each([
    [['routellm', 'serve', '--routers', './my-router,mf'], 'routellm serve --routers ./my-router,mf'],
    [['a', 'Prove that √2 is irrational'], "a 'Prove that √2 is irrational'"],
    [['a', "it's", ''], "a 'it'\\''s' ''"],
    [['a', '$(rm -rf /)', '~/x'], "a '$(rm -rf /)' '~/x'"],
  ])('quotes %j', (words, text) => {
    expect(toCommandLineText(words)).toBe(text)
    expect(shellWords(text)).toEqual(words)
  })
})
