import { spawnSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandTable, routellm } from '../../support/command-line.ts'
import { answerOf, type ScriptedJudge, startScriptedJudge } from '../../support/servers/scripted-judge.ts'

/** A command that writes: how it runs, and its options that name what it reads and what it writes. */
type Writer = {
  readonly argv: readonly string[]
  /** Files that it reads, besides the configuration. */
  readonly reads: readonly string[]
  /** Options that name a file to write. */
  readonly writes: readonly string[]
}

const pair = ['--strong-model', 'big', '--weak-model', 'small']
const asked = ['--config', 'config.yaml', '--concurrency', '2']
const writers: Readonly<Record<string, Writer>> = {
  score: {
    argv: ['score', '--router', './router', '--input', 'labels.jsonl'],
    reads: ['labels.jsonl', 'router/router.json', 'router/weights.safetensors'],
    writes: ['--output'],
  },
  'train causal_llm': {
    argv: ['train', 'causal_llm', '--data', 'labels.jsonl', ...pair],
    reads: ['labels.jsonl'],
    writes: ['--output'],
  },
  export: {
    argv: ['export', '--routers', './router'],
    reads: ['router/router.json', 'router/weights.safetensors'],
    writes: ['--output'],
  },
  evaluate: {
    argv: [
      ...['evaluate', '--benchmark', './labels.jsonl', '--routers', './router', '--samples', '20'],
      ...['--costs', 'prices.json', '--scores', 'theirs=scores.jsonl', '--no-cache', ...pair],
    ],
    reads: ['labels.jsonl', 'prices.json', 'scores.jsonl', 'router/router.json'],
    writes: ['--html'],
  },
  audit: {
    argv: [
      'audit',
      'log.jsonl',
      '--router',
      './router',
      '--labels',
      'labels.jsonl',
      '--prices',
      'prices.json',
      ...pair,
    ],
    reads: ['log.jsonl', 'labels.jsonl', 'prices.json', 'router/router.json'],
    writes: ['--html', '--sample-to-label'],
  },
  'data convert': {
    argv: ['data', 'convert', 'labels.jsonl', '--to', 'battles'],
    reads: ['labels.jsonl'],
    writes: ['--output'],
  },
  'data decontaminate': {
    argv: ['data', 'decontaminate', 'labels.jsonl', '--against', 'scores.jsonl', '--embedder', 'none'],
    reads: ['labels.jsonl', 'scores.jsonl'],
    writes: ['--output', '--report'],
  },
  'data answer': {
    argv: ['data', 'answer', '--model', 'large', '--input', 'few.jsonl', ...asked],
    reads: ['few.jsonl', 'config.yaml'],
    writes: ['--output'],
  },
  'data judge': {
    argv: ['data', 'judge', '--judge', 'large', '--mode', 'single', '--input', 'answers.jsonl', ...asked],
    reads: ['answers.jsonl', 'config.yaml'],
    writes: ['--output'],
  },
  'data augment': {
    argv: ['data', 'augment', '--writer', 'large', '--input', 'few.jsonl', ...asked],
    reads: ['few.jsonl', 'config.yaml'],
    writes: ['--output'],
  },
}
/** Options with a file or folder that the table above does not run, and why. */
const others: Readonly<Record<string, string>> = {
  'init --output': 'reads nothing; --force replaces the file',
  'serve --request-log': 'is appended to',
  'data fetch --output': 'a folder of downloads, checked by hash',
  'data split --output': 'a folder; below',
  'store export --output': 'needs a store: test/end-to-end/store/commands.test.ts',
  'labels export --output': 'needs a store: test/end-to-end/labels/commands.test.ts',
  'evaluate --output': 'a folder; below',
  'policies compare --output': 'a folder; below',
  'evaluate --data': 'is read',
}

let folder: string
let router: string
let server: ScriptedJudge
const rows = Array.from({ length: 60 }, (_, i) => ({
  prompt: `Question ${i}: ${'why '.repeat(i % 9)}?`,
  scores: { big: i % 5 === 0 ? 0 : 1, small: i % 3 === 0 ? 1 : 0 },
}))
const toLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

beforeAll(async () => {
  server = await startScriptedJudge()
  router = await mkdtemp(join(tmpdir(), 'routellm-outputs-router-'))
  await writeFile(join(router, 'labels.jsonl'), toLines(rows))
  const argv = ['train', 'few_label', '--labels', 'labels.jsonl', '--output', 'router', ...pair]
  expect(await routellm(argv, { folder: router })).toMatchObject({ exitCode: 0 })
})
afterAll(async () => {
  await server.close()
  await rm(router, { recursive: true })
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-outputs-'))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  await mkdir(join(folder, 'router'))
  for (const name of await readdir(join(router, 'router')))
    await writeFile(join(folder, 'router', name), await readFile(join(router, 'router', name)))
  await write('labels.jsonl', toLines(rows))
  await write('few.jsonl', toLines(rows.slice(0, 3).map(({ prompt }) => ({ prompt }))))
  await write('scores.jsonl', toLines(rows.map(({ prompt }) => ({ prompt, strongWinRate: 0.5 }))))
  await write(
    'answers.jsonl',
    toLines([{ prompt: 'p', answers: { big: answerOf(1, 50), small: answerOf(0, 50) } }]),
  )
  await write(
    'log.jsonl',
    toLines(
      rows.map(({ prompt }, i) => ({
        model: i % 2 === 0 ? 'big' : 'small',
        request: { messages: [{ role: 'user', content: prompt }] },
        usage: { prompt_tokens: 20, completion_tokens: 50 },
      })),
    ),
  )
  const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }
  await write(
    'prices.json',
    JSON.stringify({ date: '2026-11-01', source: 'test', models: { big: price, small: price } }),
  )
  await write(
    'config.yaml',
    `version: 1
providers: { local: { kind: openai-compatible, baseUrl: "${server.baseUrl}" } }
models: { large: { provider: local, upstream: large }, little: { provider: local, upstream: little } }
policy: { kind: pair, strong: large, weak: little }
`,
  )
})
afterEach(() => rm(folder, { recursive: true }))

/** Every command that has no commands of its own, by its words. */
function leafCommands(command: Command, words: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(' '), command]]
  return command.commands.flatMap((each) => leafCommands(each, [...words, each.name()]))
}

it('knows every option that names a file or folder to write', async () => {
  const program = await commandTable()
  const isWritten = (flags: string) =>
    /^--(output|html|report|png|svg|sample-to-label|request-log|write|save)/.test(flags)
  const found = leafCommands(program).flatMap(([words, command]) =>
    command.options
      .filter(
        ({ flags, long, description }) =>
          /<(file|folder)>/.test(flags) && (isWritten(long ?? '') || /\bwrite\b|written/i.test(description)),
      )
      .map(({ long }) => `${words} ${long}`),
  )
  const known = Object.entries(writers).flatMap(([words, { writes }]) =>
    writes.map((option) => `${words} ${option}`),
  )
  const ofArtifacts = found.filter((option) => /^train (?!causal_llm).* --output$/.test(option))
  expect(ofArtifacts.length).toBeGreaterThan(4)
  expect(found.filter((option) => !ofArtifacts.includes(option)).sort()).toEqual(
    [...known, ...Object.keys(others).filter((option) => found.includes(option))].sort(),
  )
})

const cases = Object.entries(writers).flatMap(([name, writer]) =>
  writer.writes.map((option) => ({ name, option, ...writer })),
)

describe.each(cases)('$name $option', ({ argv, reads, option, writes }) => {
  /** The other outputs of the command get names of their own. */
  const run = (file: string, signal?: AbortSignal) =>
    routellm(
      [...argv, ...writes.flatMap((each) => [each, each === option ? file : `${each.slice(2)}.other`])],
      { folder, ...(signal !== undefined && { signal }) },
    )
  // The files of fine-tuning have to be named so.
  const fileName = 'out.jsonl'

  it('writes a new file and replaces an old output', async () => {
    await writeFile(join(folder, fileName), 'old')
    const { exitCode, stderr } = await run(fileName)
    expect(stderr).not.toContain('error')
    expect(exitCode === 0 || stderr.includes('variations'), stderr).toBe(true)
    expect(await readFile(join(folder, fileName), 'utf8')).not.toBe('old')
  })

  it('never replaces an input, by any of its names', async () => {
    for (const input of reads) {
      const before = await readFile(join(folder, input))
      const names = ['symbolic.jsonl', 'hard.jsonl']
      await symlink(join(folder, input), join(folder, 'symbolic.jsonl'))
      await link(join(folder, input), join(folder, 'hard.jsonl'))
      await symlink(folder, join(folder, 'again'))
      const other = input.toUpperCase()
      const isOneFile = await stat(join(folder, other)).then(
        () => true,
        () => false,
      )
      if (input.endsWith('.jsonl') || option !== '--output' || !argv.includes('causal_llm'))
        names.push(`./${input}`, `again/${input}`, join(folder, input), ...(isOneFile ? [other] : []))
      for (const name of names) {
        const { exitCode, stderr } = await run(name)
        expect([exitCode, stderr], `${input} as ${name}`).toEqual([
          2,
          expect.stringMatching(/is the input .*which would be replaced; name another file/),
        ])
      }
      expect(await readFile(join(folder, input)), input).toEqual(before)
      for (const name of ['symbolic.jsonl', 'hard.jsonl', 'again']) await rm(join(folder, name))
    }
  })

  it('says in a sentence that it cannot write', async () => {
    await mkdir(join(folder, 'present.jsonl'))
    for (const name of ['none/out.jsonl', 'present.jsonl', '/proc/out.jsonl', `${'n'.repeat(300)}.jsonl`]) {
      const { exitCode, stderr } = await run(name)
      expect([exitCode, stderr], name).toEqual([2, expect.stringMatching(/cannot be (written|opened)/)])
      expect(stderr).not.toMatch(/^\s+at /m)
    }
  })

  it('removes what a killed run left, and leaves nothing after Ctrl-C', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['-e', ''])
    const leftover = join(folder, `.${basename(fileName)}.${dead}-00c0ffee.partial`)
    await writeFile(leftover, 'half')
    await run(fileName)
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([])
    await rm(join(folder, fileName), { force: true })
    const before = await readdir(folder)
    const stopped = await run(fileName, AbortSignal.abort(new Error('stopped by SIGINT')))
    expect(stopped.exitCode).toBe(130)
    expect(await readdir(folder)).toEqual(before)
  })
})

it('a folder of results replaces no input in it', async () => {
  await writeFile(join(folder, 'parts.jsonl'), toLines(rows))
  const split = ['data', 'split', 'parts.jsonl', '--parts', 'parts=0.5,rest=0.5', '--output', '.']
  const result = ['evaluate', '--benchmark', './labels.json', '--routers', 'length', '--output', '.', ...pair]
  await writeFile(join(folder, 'labels.json'), JSON.stringify(rows))
  await writeFile(
    join(folder, 'policies.json'),
    toLines(
      rows.map(({ prompt, scores }) => ({ prompt, scores: { large: scores.big, little: scores.small } })),
    ),
  )
  await writeFile(
    join(folder, 'pool.yaml'),
    `${await readFile(join(folder, 'config.yaml'), 'utf8')}policies: { plain: { kind: fixed, model: little } }\n`,
  )
  const compare = ['policies', 'compare', '--log', 'log.jsonl', '--labels', 'policies.json']
  const compared = [...compare, '--config', 'pool.yaml', '--output', '.']
  for (const argv of [split, [...result, '--samples', '20'], compared])
    expect(await routellm(argv, { folder }), argv.join(' ')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('which would be replaced'),
    })
  expect(await readFile(join(folder, 'parts.jsonl'), 'utf8')).toBe(toLines(rows))
  expect(await readFile(join(folder, 'labels.json'), 'utf8')).toBe(JSON.stringify(rows))
})

it('a folder of logs is read, and nothing in it replaced', async () => {
  await mkdir(join(folder, 'logs'))
  await writeFile(join(folder, 'logs', 'one.jsonl'), await readFile(join(folder, 'log.jsonl')))
  const before = await readFile(join(folder, 'logs', 'one.jsonl'))
  const { exitCode } = await routellm(['audit', 'logs', '--html', 'logs/one.jsonl'], { folder })
  expect(exitCode).toBe(2)
  expect(await readFile(join(folder, 'logs', 'one.jsonl'))).toEqual(before)
})
