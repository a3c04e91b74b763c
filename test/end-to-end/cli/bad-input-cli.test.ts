import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'

let folder: string

const files: Readonly<Record<string, string>> = {
  'prompts.jsonl': '{"prompt":"a"}\n',
  'broken.jsonl': '{"prompt":"a"}\n{"prompt":\n',
  'no-prompt.jsonl': '{"colour":"a"}\n',
  'embedded.jsonl': '{"prompt":"a","embedding":[1,2]}\n',
  'battles.jsonl': '{"prompt":"a","model_a":"big","model_b":"small","winner":"model_a"}\n',
  'bad-winner.jsonl': '{"prompt":"a","model_a":"big","model_b":"small","winner":"huge"}\n',
  'typo.yaml': 'version: 1\nserver: { prot: 1 }\n',
  'version.yaml': 'version: 2\n',
  'open.yaml': 'version: 1\nserver: { host: 0.0.0.0 }\n',
  'secret.yaml':
    'version: 1\nproviders:\n  up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKey: sk-planted }\n',
  'no-key.yaml':
    'version: 1\nproviders:\n  up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY }\nmodels: { strong: { provider: up }, weak: { provider: up } }\n',
  'no-provider.yaml':
    'version: 1\nproviders: { demo: { kind: demo } }\nmodels: { strong: { provider: dmeo } }\n',
  'upstream.yaml': 'sw_ranking: { arena_battle_datasets: [a] }\n',
  'broken.yaml': 'version: 1\nserver: {\n',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-bad-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Command line → what stderr says. Every one exits with 2 and prints no result. */
const cases: readonly (readonly [commandLine: string, ...says: string[]])[] = [
  ['sevre', "unknown command 'sevre'", 'Did you mean serve?'],
  ['serve --prot 1', "unknown option '--prot'", 'Did you mean --port?'],
  ['serve --port 70000', '--port', '70000', 'from 0'],
  ['serve --port', 'argument missing'],
  ['serve extra', 'too many arguments'],
  ['serve --config nowhere.yaml', 'no configuration file nowhere.yaml', 'routellm init'],
  ['serve --config .', 'the configuration file . cannot be read: it is not a regular file'],
  ['serve --config typo.yaml', 'typo.yaml:2: server.prot: unknown key', 'Did you mean "port"?'],
  ['serve --config version.yaml', 'version.yaml:1: version: 2', 'expected 1'],
  ['serve --config broken.yaml', 'broken.yaml', 'not valid YAML'],
  ['serve --config open.yaml', 'open.yaml:2: server.host: "0.0.0.0"', '--client-key'],
  ['serve --config secret.yaml', 'secret.yaml:3: providers.up.apiKey', 'apiKeyEnv: UP_API_KEY'],
  ['serve --config no-key.yaml', 'UP_KEY is not set'],
  ['serve --config no-provider.yaml', 'no provider "dmeo". Did you mean "demo"?'],
  ['serve --config upstream.yaml', 'the router sw_ranking is trained once, not at every start'],
  ['serve --host 0.0.0.0', '"0.0.0.0" can be reached from other machines', '--client-key'],
  ['serve --routers mf,', 'separated by single commas'],
  ['serve --routers mff', 'no router "mff"', 'Did you mean "mf"?'],
  ['serve --routers random,random', 'both named random'],
  ['serve --routers ./nowhere', 'nowhere', 'no such folder'],
  ['serve --strong-model big', '--weak-model is missing'],
  ['serve --base-url http://127.0.0.1:9/v1', '--strong-model is missing'],
  ['serve --base-url localhost:9 --strong-model a --weak-model b', 'must start with http:// or https://'],
  ['serve --strong-model a --weak-model a --api-key k', 'a pair needs two models'],
  ['serve --strong-model a --weak-model b', 'OPENAI_API_KEY is not set', 'export OPENAI_API_KEY=…'],
  ['route', "missing required argument 'prompt'"],
  ['route -', 'the prompt is empty'],
  ['route hello --threshold 50', 'from 0 to 1', 'router-mf-50pct'],
  ['route hello --threshold 1e-1', 'from 0 to 1'],
  ['route hello --router lenght', 'no router "lenght"', 'Did you mean "length"?'],
  ['route hello --router ./My.Router', 'My.Router', 'Rename the folder'],
  ['score --output out.jsonl', "required option '--input"],
  ['score --input prompts.jsonl', "required option '--output"],
  ['score --input nowhere.jsonl --output out.jsonl --router length', 'nowhere.jsonl', 'no such file'],
  ['score --input broken.jsonl --output out.jsonl --router length', 'broken.jsonl line 2'],
  ['score --input no-prompt.jsonl --output out.jsonl --router length', 'no-prompt.jsonl line 1', '"prompt"'],
  ['score --input embedded.jsonl --output out.jsonl --router length', 'line 1 has an embedding'],
  ['score --input embedded.jsonl --output out.jsonl --router mf', 'an embedding of 2 numbers'],
  ['score --input prompts.jsonl --output prompts.jsonl --router length', 'name another file'],
  ['score --input prompts.jsonl --output nowhere/out.jsonl --router length', 'there is no folder'],
  ['score --input prompts.jsonl --output out.jsonl --checkpoint ./nowhere', 'There is no folder'],
  ['score --input prompts.jsonl --output out.jsonl --embedder word2vec', 'no embedder "word2vec"'],
  ['train', 'Usage: routellm train'],
  ['train mff', "unknown command 'mff'"],
  ['train mf --output my-router', "required option '--data"],
  ['train mf --data battles.jsonl --output .', 'without router.json'],
  [
    'train mf --data bad-winner.jsonl --output r --strong-model big --weak-model small',
    'bad-winner.jsonl line 1',
  ],
  ['train mf --data battles.jsonl --output r --strong-model big', '--weak-model'],
  [
    'train mf --data battles.jsonl --output r --strong-model bog --weak-model small',
    'bog',
    'Did you mean big?',
  ],
  ['train mf --data battles.jsonl --output r --seed one', '--seed', 'whole number'],
  ['train mf --data battles.jsonl --output r --mode fast', '--mode', 'reference'],
  ['train few_label --output r', "required option '--labels"],
  [
    'train few_label --labels battles.jsonl --output r --strong-model big --weak-model small',
    '1 distinct prompts',
    'mf needs none',
  ],
  ['train few_label --labels battles.jsonl --output r --strong-model big', '--weak-model'],
  ['train few_label --labels nowhere.jsonl --output r', 'nowhere.jsonl', 'no such file'],
  [
    'train cluster --data battles.jsonl --output r',
    'battles.jsonl line 1 is a battle',
    'learns from outcomes',
  ],
  ['train cluster --data prompts.jsonl --output r --join nowhere', 'nowhere', 'no such folder'],
  ['route hello --router few_label', 'routellm train few_label --labels'],
  ['init --output nowhere/routellm.yaml', 'cannot be written'],
  ['models --config typo.yaml', 'typo.yaml:2'],
]

describe('bad input on the command line', () => {
  it.each(cases)('routellm %s', async (commandLine, ...says) => {
    const { exitCode, stdout, stderr } = await routellm(commandLine.split(' '), { folder })
    for (const part of says) expect(stderr).toContain(part)
    expect(stderr).not.toContain('planted')
    expect(stderr).not.toMatch(/unexpected|\n {4}at /)
    expect([exitCode, stdout]).toEqual([2, ''])
  })

  it('is an object on stdout too under --json', async () => {
    const { exitCode, stdout } = await routellm(['models', '--config', 'typo.yaml', '--json'], { folder })
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      2,
      { error: { message: expect.stringContaining('prot'), code: 'invalid-config', param: 'server.prot' } },
    ])
  })

  it('in the environment', async () => {
    const port = await routellm(['serve'], { folder, variables: { PORT: 'http' } })
    expect([port.exitCode, port.stderr]).toEqual([2, expect.stringContaining('PORT is "http"')])
    const file = await routellm(['models'], { folder, variables: { ROUTELLM_CONFIG: 'nowhere.yaml' } })
    expect([file.exitCode, file.stderr]).toEqual([2, expect.stringContaining('ROUTELLM_CONFIG')])
  })
})

it('reports everything that a server lacks at once: what is wrong in the file, keys and folders', async () => {
  await writeFile(
    join(folder, 'lacking.yaml'),
    `version: 1
server: { prot: 1 }
providers:
  up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY }
  own: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: OWN_KEY }
models: { strong: { provider: up }, weak: { provider: own } }
routers: { mine: { artifact: ./my-router }, mf: { checkpoint: ./my-checkpoint } }
auto: { router: min }
`,
  )
  const { exitCode, stderr } = await routellm(['serve', '--config', 'lacking.yaml'], {
    folder,
    variables: { OWN_KEY: 'k' },
  })
  expect(exitCode).toBe(2)
  expect(stderr.split('\n').map((line) => line.replace(/.*lacking\.yaml:/, '').slice(0, 60))).toEqual([
    expect.stringContaining('2: server.prot: unknown key'),
    expect.stringContaining('4: providers.up.apiKeyEnv: the environment variable UP_KEY'),
    expect.stringContaining('7: routers.mine.artifact: there is no folder'),
    expect.stringContaining('7: routers.mf.checkpoint: there is no folder'),
    expect.stringContaining('8: auto.router: no router "min"'),
  ])
})
