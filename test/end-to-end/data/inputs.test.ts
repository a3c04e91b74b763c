import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandTable, routellm } from '../../support/command-line.ts'

const pair = '--strong-model big --weak-model small'
const asked = '--base-url http://127.0.0.1:9/v1'
const trained = `--data @ --output trained ${pair}`

/** For each option or argument that names a file or folder to read, a command line with `@` in its place. */
const readers: Readonly<Record<string, string>> = {
  'serve --config': 'serve --port 0 --config @',
  'serve --routers': 'serve --port 0 --routers ./@',
  'route --config': 'route hi --config @',
  'route --router': 'route hi --router ./@',
  'score --input': 'score --router random --input @ --output out.jsonl',
  'score --router': 'score --router ./@ --input labels.jsonl --output out.jsonl',
  'score --checkpoint': 'score --checkpoint ./@ --input labels.jsonl --output out.jsonl',
  'score --config': 'score --config @ --input labels.jsonl --output out.jsonl',
  'train few_label --labels': `train few_label --labels @ --output trained ${pair}`,
  'train few_label --prompts': `train few_label --labels labels.jsonl --prompts @ --output trained ${pair}`,
  'train few_label --config': 'train few_label --config @ --labels labels.jsonl --output x',
  'train cascade --labels': `train cascade --labels @ --output trained ${pair}`,
  'train cascade --prompts': `train cascade --labels answered.jsonl --prompts @ --output trained ${pair}`,
  'train cascade --config': 'train cascade --config @ --labels answered.jsonl --output x',
  'train mf --data': `train mf ${trained}`,
  'train mf --config': 'train mf --config @ --data labels.jsonl --output trained',
  'train sw_ranking --data': `train sw_ranking ${trained}`,
  'train sw_ranking --config': 'train sw_ranking --config @ --data labels.jsonl --output x',
  'train knn --data': `train knn ${trained}`,
  'train knn --config': 'train knn --config @ --data labels.jsonl --output trained',
  'train causal_llm --data': `train causal_llm --data @ --output out.jsonl ${pair}`,
  'train causal_llm --config': `train causal_llm --config @ --data labels.jsonl --output out.jsonl ${pair} --submit local --base-model m`,
  'train cluster --data': `train cluster ${trained}`,
  'train cluster --join': `train cluster --join @ --data labels.jsonl --output x ${pair}`,
  'train cluster --config': 'train cluster --config @ --data labels.jsonl --output x',
  'train bert --encoder': `train bert --encoder ./@ --data labels.jsonl --output x ${pair}`,
  'train bert --data': `train bert --encoder ./none ${trained}`,
  'calibrate --router': 'calibrate --router ./@ --labels labels.jsonl --max-loss 0.4',
  'calibrate --labels': `calibrate --router length --labels @ --max-loss 0.4 ${pair}`,
  'calibrate --prompts': 'calibrate --router length --prompts @ --strong-model-pct 0.5',
  'calibrate --costs': `calibrate --router length --prompts labels.jsonl --usd-per-request 1 --costs @ ${pair}`,
  'calibrate --config': 'calibrate --config @ --prompts labels.jsonl --strong-model-pct 0.5',
  'evaluate --benchmark': `evaluate --routers length --benchmark ./@ ${pair}`,
  'evaluate --routers': `evaluate --routers ./@ --benchmark ./labels.jsonl ${pair}`,
  'evaluate --scores': `evaluate --scores x=@ --benchmark ./labels.jsonl ${pair}`,
  'evaluate --data': 'evaluate --routers length --benchmark mmlu --data @',
  'evaluate --not-worse-than': `evaluate --routers length --benchmark ./labels.jsonl --not-worse-than @ ${pair}`,
  'evaluate --costs': `evaluate --routers length --benchmark ./labels.jsonl --costs @ ${pair}`,
  'evaluate --energy': `evaluate --routers length --benchmark ./labels.jsonl --energy @ ${pair}`,
  'evaluate --latency': `evaluate --routers length --benchmark ./labels.jsonl --latency @ ${pair}`,
  'evaluate --config': 'evaluate --config @ --routers length --benchmark ./labels.jsonl',
  'export --routers': 'export --routers ./@ --output routers.js',
  'transfer --data': 'transfer --data @ --routers length --pairs big:small',
  'transfer --routers': 'transfer --data labels.jsonl --routers ./@ --pairs big:small',
  'transfer --config': 'transfer --config @ --data labels.jsonl --routers length --pairs a:b',
  'audit log': 'audit @',
  'audit --router': 'audit log.jsonl --router ./@',
  'audit --prices': 'audit log.jsonl --prices @',
  'audit --labels': 'audit log.jsonl --labels @',
  'audit --config': 'audit log.jsonl --config @',
  'pool --points': 'pool --points @',
  'pool --outcomes': 'pool --outcomes @ --usd-per-request big=1 small=0.1',
  'pool --routers': 'pool --outcomes labels.jsonl --usd-per-request big=1 small=0.1 --routers ./@',
  'pool --config': 'pool --config @ --outcomes labels.jsonl --usd-per-request big=1 small=0.1',
  'policies compare --log': 'policies compare --log @ --config pool.yaml',
  'policies compare --labels': 'policies compare --log log.jsonl --labels @ --config pool.yaml',
  'policies compare --config': 'policies compare --log log.jsonl --config @',
  'policies difference --config': 'policies difference serving configured --config @',
  'policies estimate --config': 'policies estimate --policy auto --config @',
  'data inspect file': 'data inspect @',
  'data convert file': 'data convert @ --to battles --output out.jsonl',
  'data decontaminate file': 'data decontaminate @ --against labels.jsonl --embedder none',
  'data decontaminate --against': 'data decontaminate labels.jsonl --against @ --embedder none',
  'data decontaminate --data': 'data decontaminate labels.jsonl --benchmarks mmlu --data @',
  'data decontaminate --config': 'data decontaminate labels.jsonl --against labels.jsonl --config @',
  'data split file': 'data split @ --parts a=0.5,b=0.5 --output parts',
  'data answer --input': `data answer --model m --input @ --output out.jsonl ${asked}`,
  'data answer --config': 'data answer --model m --input labels.jsonl --output x --config @',
  'data answer --cache': `data answer --model m --input labels.jsonl --output out.jsonl --cache @ ${asked}`,
  'data judge --input': 'data judge --checker exact --input @ --output out.jsonl',
  'data judge --prompt-file': `data judge --judge m --input answers.jsonl --output out.jsonl --prompt-file @ ${asked}`,
  'data judge --config': 'data judge --judge m --input answers.jsonl --output x --config @',
  'data judge --cache': `data judge --judge m --input answers.jsonl --output out.jsonl --cache @ ${asked}`,
  'data augment --input': `data augment --writer m --input @ --output out.jsonl ${asked}`,
  'data augment --config': 'data augment --writer m --input labels.jsonl --output x --config @',
  'data augment --cache': `data augment --writer m --input labels.jsonl --output out.jsonl --cache @ ${asked}`,
  'store info --config': 'store info --config @',
  'store export --config': 'store export --output out.jsonl --config @',
  'store import file': 'store import @',
  'store import --config': 'store import labels.jsonl --config @',
  'store prune --config': 'store prune --days 9 --config @',
  'store check --config': 'store check --config @',
  'store reconcile file': 'store reconcile @',
  'store reconcile --config': 'store reconcile labels.jsonl --config @',
  'labels progress --config': 'labels progress --config @',
  'labels select --config': 'labels select --config @',
  'labels list --config': 'labels list --config @',
  'labels answer --config': 'labels answer x --skip --config @',
  'labels export --config': 'labels export --output out.jsonl --config @',
  'savings --config': 'savings --config @',
  'learn --config': 'learn --config @',
  'experiments --config': 'experiments --config @',
  'doctor --config': 'doctor --config @',
  'models --config': 'models --config @',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-inputs-'))
  const rows = Array.from({ length: 40 }, (_, i) => ({
    prompt: `Question ${i}: ${'why '.repeat(i % 9)}?`,
    scores: { big: i % 5 === 0 ? 0 : 1, small: i % 3 === 0 ? 1 : 0 },
  }))
  const write = (name: string, values: readonly object[]) =>
    writeFile(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  await write('labels.jsonl', rows)
  await write('answers.jsonl', [{ prompt: 'p', answers: { big: 'yes', small: 'no' }, reference: 'yes' }])
  await write(
    'log.jsonl',
    rows.map(({ prompt }, i) => ({
      model: i % 2 === 0 ? 'big' : 'small',
      request: { messages: [{ role: 'user', content: prompt }] },
      usage: { prompt_tokens: 20, completion_tokens: 50 },
    })),
  )
  await write(
    'answered.jsonl',
    rows.map((row, i) => ({ ...row, answer: `The answer is ${i}.` })),
  )
  await writeFile(
    join(folder, 'pool.yaml'),
    `version: 1
providers: { demo: { kind: demo } }
models: { big: { provider: demo }, small: { provider: demo } }
policy: { strong: big, weak: small }
policies: { plain: { kind: fixed, model: small } }
`,
  )
  await mkdir(join(folder, 'folder'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Every command that has no commands of its own, by its words. */
function leafCommands(command: Command, words: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(' '), command]]
  return command.commands.flatMap((each) => leafCommands(each, [...words, each.name()]))
}

/** Names a file or folder, and none that is written. */
const namesInput =
  /^--(?!output|html|report|sample-to-label|request-log|columns|benchmarks)[a-z-]+,? .*(file|folder)|^--(router|routers) /

it('knows every option and argument that names a file or folder to read', async () => {
  const found = leafCommands(await commandTable()).flatMap(([words, command]) => [
    ...command.registeredArguments
      .filter((argument) => ['file', 'log'].includes(argument.name()))
      .map((argument) => `${words} ${argument.name()}`),
    ...command.options.filter(({ flags }) => namesInput.test(flags)).map(({ long }) => `${words} ${long}`),
  ])
  expect(found.sort()).toEqual(Object.keys(readers).sort())
})

/** The descriptor of the other end of a pipe once somebody reads it; undefined if `isOver` comes first. */
async function openWhenRead(pipe: string, isOver: () => boolean): Promise<number | undefined> {
  while (!isOver()) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return undefined
}

describe.skipIf(process.platform === 'win32').each(Object.entries(readers))('%s', (_option, line) => {
  const run = (name: string, signal: AbortSignal) =>
    routellm(
      line.split(' ').map((word) => word.replace('@', name)),
      { folder, signal },
    )

  it('is refused as a pipe that nobody writes to, or waits for it until it is interrupted', async () => {
    const pipe = join(folder, 'pipe')
    await rm(pipe, { force: true })
    execFileSync('mkfifo', [pipe])
    const interruption = new AbortController()
    let isOver = false
    const running = run('pipe', interruption.signal).finally(() => {
      isOver = true
    })
    const writer = await openWhenRead(pipe, () => isOver)
    interruption.abort(new Error('stopped by SIGINT', { cause: 'SIGINT' }))
    const { exitCode, stderr } = await running
    if (writer !== undefined) closeSync(writer)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(exitCode, stderr).toBeOneOf([1, 2, 130])
  })

  it('is refused as an empty folder', async () => {
    const { exitCode, stderr } = await run('folder', new AbortController().signal)
    expect(exitCode, stderr).toBeOneOf([1, 2])
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
