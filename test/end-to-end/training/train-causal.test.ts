import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { type CommandSurroundings, routellm } from '../../support/command-line.ts'
import { answerJson } from '../../support/servers/embedding-server.ts'
import { type FineTuningServer, startFineTuningServer } from '../../support/servers/fine-tuning-server.ts'

let folder: string
let server: FineTuningServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-causal-'))
  server = await startFineTuningServer()
  const rows = Array.from({ length: 40 }, (_, index) => ({
    prompt: `question ${index}`,
    scores: { big: 1, small: index % 2 },
  }))
  await writeFile(join(folder, 'outcomes.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  await writeFile(
    join(folder, 'routellm.yaml'),
    `version: 1\nproviders:\n  tuner: { kind: openai-compatible, baseUrl: ${server.baseUrl}, apiKeyEnv: TUNER_KEY }\n  demo: { kind: demo }\nmodels:\n  strong: { provider: demo }\n  weak: { provider: demo }\n`,
  )
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (argv: readonly string[], more: Partial<CommandSurroundings> = {}) =>
  routellm(['train', 'causal_llm', ...argv], {
    folder,
    variables: { TUNER_KEY: 'sk-secret-9' },
    ...more,
  })
const data = ['--data', 'outcomes.jsonl', '--strong-model', 'big', '--weak-model', 'small']
const written = [...data, '--output', 'train.jsonl']
const submitted = [...written, '--submit', 'tuner', '--base-model', 'tiny', '--poll-seconds', '0']

describe('train causal_llm', () => {
  it('writes chat examples and says what is in them', async () => {
    const made = await run([...written, '--json'])
    expect(made.exitCode).toBe(0)
    expect(JSON.parse(made.stdout)).toEqual({
      output: join(folder, 'train.jsonl'),
      validation: join(folder, 'train.validation.jsonl'),
      pair: { strong: 'big', weak: 'small' },
      examples: { training: 36, validation: 4 },
      labels: [20, 0, 0, 20, 0],
      warnings: [],
    })
    expect(made.stderr).toContain('Labels: [[1]] 20, [[2]] 0, [[3]] 0, [[4]] 20, [[5]] 0')
    const lines = (await readFile(join(folder, 'train.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(36)
    expect(JSON.parse(lines[0] ?? '').messages.at(-1)).toEqual({
      role: 'assistant',
      content: expect.stringMatching(/^\[\[[14]\]\]$/),
    })
    expect(server.requests).toEqual([])
    const again = await run([...written, '--output', 'again.jsonl', '--validation-fraction', '0'])
    expect(again.exitCode).toBe(0)
    expect(await readdir(folder)).not.toContain('again.validation.jsonl')
  })

  it('submits, follows, and ends with an entry for routellm.yaml that can be read', async () => {
    server.statuses = ['validating_files', 'running', 'running', 'succeeded']
    server.eventsAt = () => [{ id: 'e1', message: 'Created fine-tuning job' }]
    const trained = await run([...submitted, '--json'])
    expect(trained.stderr).toContain('status: running')
    expect(trained.stderr.match(/Created fine-tuning job/g)).toHaveLength(1)
    expect(trained.exitCode).toBe(0)
    expect(JSON.parse(trained.stdout)).toMatchObject({ job: 'ftjob-1', model: 'ft:tiny:routellm:1' })
    const [, entry = ''] = /In routellm.yaml:\n([\s\S]*?)\nNext/.exec(trained.stderr) ?? []
    const config = parseConfig(`version: 1\n${entry.replaceAll(/^ {2}/gm, '')}\n`, 'f.yaml')
    expect(config.routers).toEqual([
      {
        name: 'causal',
        kind: 'causal_llm',
        model: 'ft:tiny:routellm:1',
        baseUrl: server.baseUrl,
        apiKeyEnv: 'TUNER_KEY',
      },
    ])
    expect(server.files.map(({ text }) => text)).toEqual(
      await Promise.all(
        ['train.jsonl', 'train.validation.jsonl'].map((file) => readFile(join(folder, file), 'utf8')),
      ),
    )
    expect(trained.stdout + trained.stderr).not.toContain('sk-secret')
  })

  it('is left by Ctrl-C with the job running, and gone on with by the same command or by --job', async () => {
    server.statuses = ['running']
    const controller = new AbortController()
    const left = await run(submitted, {
      signal: controller.signal,
      onNote: (line) => {
        if (line.includes('status: running')) controller.abort(new Error('Ctrl-C'))
      },
    })
    expect(left.exitCode).toBe(130)
    expect(left.stderr).toContain('routellm train causal_llm --submit tuner --job ftjob-1\n')
    expect(left.stderr).toContain('--job ftjob-1 --cancel')
    expect(server.jobs[0]?.status).toBe('running')

    server.statuses = ['succeeded']
    const same = await run(submitted)
    expect(same.stderr).toContain('Going on with the submission')
    expect(same.exitCode).toBe(0)
    const byId = await run(['--submit', 'tuner', '--job', 'ftjob-1', '--json'])
    expect(JSON.parse(byId.stdout)).toEqual({
      job: 'ftjob-1',
      status: 'succeeded',
      model: 'ft:tiny:routellm:1',
    })
    expect(server.files).toHaveLength(2)
    expect(server.jobs).toHaveLength(1)
  })

  it('stops a job when asked to', async () => {
    server.statuses = ['running']
    const controller = new AbortController()
    await run(submitted, {
      signal: controller.signal,
      onNote: (line) => line.includes('running') && controller.abort(),
    })
    const stopped = await run(['--submit', 'tuner', '--job', 'ftjob-1', '--cancel', '--json'])
    expect(JSON.parse(stopped.stdout)).toEqual({ job: 'ftjob-1', status: 'cancelled' })
    expect(server.jobs[0]?.status).toBe('cancelled')
  })

  it('fails with what the service says of the job', async () => {
    server.statuses = ['validating_files', 'failed']
    const failed = await run(submitted)
    expect(failed.exitCode).toBe(1)
    expect(failed.stderr).toContain('ftjob-1 failed: line 3 has no assistant message')
  })

  it('tells a refusal and keeps the files', async () => {
    server.disturb = (_line, response) => {
      answerJson(response, 403, { error: { message: 'fine-tuning is not enabled for sk-secret-9' } })
      return 'answered'
    }
    const failed = await run(submitted)
    expect(failed.exitCode).toBe(1)
    expect(failed.stderr).toContain("Check the provider's key")
    expect(failed.stderr).not.toContain('sk-secret')
    await access(join(folder, 'train.jsonl'))
  })

  it.each<[string, readonly string[], string]>([
    ['no data', ['--output', 'train.jsonl'], '--data is missing'],
    ['no output', data, '--output is missing'],
    ['an output of another kind', [...data, '--output', 'train.json'], 'has to end in .jsonl'],
    ['no base model', [...written, '--submit', 'tuner'], '--base-model is missing'],
    [
      'a provider that is not there',
      [...written, '--submit', 'tunr', '--base-model', 'tiny'],
      'no such provider that could fine-tune. Did you mean "tuner"?',
    ],
    ['a demonstration', [...written, '--submit', 'demo', '--base-model', 'tiny'], 'no such provider'],
    [
      'OpenAI without a key',
      [...written, '--submit', 'openai', '--base-model', 'tiny'],
      'OPENAI_API_KEY is not set',
    ],
    [
      'a job of nobody',
      ['--job', 'ftjob-1'],
      '--submit is missing: it names the provider that runs the job ftjob-1',
    ],
    ['nothing to cancel', ['--submit', 'tuner', '--cancel'], '--job is missing'],
  ])('refuses %s', async (_what, argv, says) => {
    const refused = await run(argv)
    expect(refused.stderr).toContain(says)
    expect(refused.exitCode).toBe(2)
    expect(server.requests).toEqual([])
  })

  it('refuses to go on with other data, and says how to begin anew', async () => {
    server.statuses = ['succeeded']
    await run(submitted)
    const other = await run([...submitted, '--seed', '3'])
    expect(other.exitCode).toBe(2)
    expect(other.stderr).toContain('train.jsonl.job.json is about a submission with another training file')
    expect(server.jobs).toHaveLength(1)
  })
})
