// What routers of other packages decide on the twelve prompts of docs/routers/README.md, and how they order the real prompts of
// everyday.mjs, each with its default settings, without a key and without a request to another machine. Writes
// benchmarks/results/other-routers.json; everyday.mjs compares. The packages are installed into a folder of their own, never into
// this project:
//   python3 -m venv others/litellm && others/litellm/bin/pip install litellm==1.110.2
//   python3 -m venv others/python && others/python/bin/pip install uncommon-route==0.7.21 lc-shift==0.1.1 pyagent-router==0.3.0 dynamic-model-router==0.4.0
//   npm install --prefix others --ignore-scripts @blockrun/llm@3.16.0
//   node benchmarks/everyday/other-routers.mjs --packages others --data <folder with training/>
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { readDataSet } from './comparison/data-sets.mjs'
import { storedNumbers } from './comparison/stored-numbers.mjs'

const { values } = parseArgs({ options: { packages: { type: 'string' }, data: { type: 'string' } } })
if (values.packages === undefined || values.data === undefined) {
  console.error(
    'Name the folder of the packages (--packages; the head of this file says how to install them) and that of the data (--data).',
  )
  process.exit(2)
}
const packages = resolve(values.packages)
const promptsFile = fileURLToPath(new URL('./other-routers/prompts.jsonl', import.meta.url))
const askPython = fileURLToPath(new URL('./other-routers/ask.py', import.meta.url))
const askNode = fileURLToPath(new URL('./other-routers/ask.mjs', import.meta.url))
const python = (venv, name) => [join(packages, venv, 'bin', 'python'), askPython, name]

/** Each router with what was called and how it is started. */
const routers = [
  {
    title: 'LiteLLM, complexity router',
    package: 'litellm',
    registry: 'PyPI',
    called: '`ComplexityRouter.aclassify`, its defaults (`classifier_type: heuristic`)',
    command: python('litellm', 'litellm'),
  },
  {
    title: 'LiteLLM, `heuristic_v2`',
    package: 'litellm',
    registry: 'PyPI',
    called: 'the same with `classifier_type: heuristic_v2`',
    command: python('litellm', 'litellm heuristic_v2'),
  },
  {
    title: 'UncommonRoute',
    package: 'uncommon-route',
    registry: 'PyPI',
    called:
      '`route(prompt)`, its defaults; its embedding signal abstains, since its encoder comes from a hub that could not be reached',
    command: python('python', 'uncommon-route'),
  },
  {
    title: 'BlockRun, Router Core',
    package: '@blockrun/llm',
    registry: 'npm',
    called: '`LLMClient.route(prompt)`, its defaults, with an empty price list',
    command: [process.execPath, askNode, packages],
  },
  {
    title: 'lc-shift',
    package: 'lc-shift',
    registry: 'PyPI',
    called: '`RouterShifter.route`, its defaults with the preset `anthropic-3tier`',
    command: python('python', 'lc-shift'),
  },
  {
    title: 'pyagent-router',
    package: 'pyagent-router',
    registry: 'PyPI',
    called: '`DifficultyScorer().score(prompt)`',
    command: python('python', 'pyagent-router'),
  },
  {
    title: 'dynamic-model-router',
    package: 'dynamic-model-router',
    registry: 'PyPI',
    called: '`classify(prompt)`, its defaults',
    command: python('python', 'dynamic-model-router'),
  },
]

const twelve = readFileSync(promptsFile, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const real = readDataSet('real', values.data).prompts
const home = mkdtempSync(join(tmpdir(), 'routellm-other-routers-'))
const measured = []
try {
  for (const { command, ...router } of routers) {
    console.error(`${router.title} …`)
    const { version, decisions } = ask(router.title, command, twelve)
    const orders = ask(router.title, command, real).decisions.map(({ order }) => order)
    measured.push({ ...router, version, decisions, real: storedNumbers(orders, real) })
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}
const resultsFile = join(project, 'benchmarks', 'results', 'other-routers.json')
writeFileSync(
  resultsFile,
  `${JSON.stringify({ when: new Date().toISOString(), prompts: twelve, routers: measured }, null, 2)}\n`,
)
const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
await writeGeneratedDocs()

function ask(title, [program, ...args], prompts) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input: prompts.map(({ prompt }) => `${JSON.stringify({ prompt })}\n`).join(''),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home },
    maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(`${title} ended with ${status}:\n${stderr}`)
  return JSON.parse(stdout)
}
