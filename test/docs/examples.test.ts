import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { project, run } from '../support/run-program.ts'
import { type ServedDemo, serveDemo } from '../support/served-demo.ts'

const examples = (await readdir(join(project, 'examples'))).filter((file) => file.endsWith('.ts'))
let place = ''
let demo: ServedDemo

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-examples-'))
  await writeFile(join(place, 'package.json'), JSON.stringify({ type: 'module' }))
  await mkdir(join(place, 'node_modules'))
  await symlink(project, join(place, 'node_modules', 'routellm'))
  await symlink(join(project, 'node_modules', 'openai'), join(place, 'node_modules', 'openai'))
  await translateExamples()
  demo = await serveDemo()
})

afterAll(async () => {
  await demo?.stop()
  await rm(place, { recursive: true, force: true })
})

/** Writes each example as JavaScript into `place`; `npm run types` checks their types. */
async function translateExamples() {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const files = examples.map((example) => join(project, 'examples', example))
  const options = [
    '--noCheck',
    '--noResolve',
    '--module',
    'esnext',
    '--target',
    'es2023',
    '--rootDir',
    join(project, 'examples'),
  ]
  const args = [compiler, '--ignoreConfig', ...options, '--outDir', place, ...files]
  const finished = await run(process.execPath, args)
  expect(finished).toEqual({ code: 0, stdout: '', stderr: '' })
}

/** What each example has to say, so that one that prints nothing useful fails. */
const expected: Readonly<Record<string, RegExp>> = {
  'custom-router.ts': /\bstrong\b[\s\S]*\bweak\b|\bweak\b[\s\S]*\bstrong\b/,
  'drop-in-client.ts': /What is the capital of France\? → .+\n/,
  'score-a-file.ts': /^\{"strongWinRate":0?\.?\d+.*"prompt":"What is 2 \+ 2\?"\}\n/,
  'streaming.ts': /^answered by \w+\nstrong win rate 0?\.?\d+\n.+/,
  'two-upstreams.ts': /^answered by (strong|weak): \{/,
}

describe('examples', () => {
  it('are all known here', () => expect(examples).toEqual(Object.keys(expected)))

  it.each(examples)('%s runs', async (example) => {
    const program = join(place, example.replace(/ts$/, 'js'))
    const env = { ROUTELLM_URL: `${demo.url}/v1`, OPENAI_API_KEY: '', NO_COLOR: '1' }
    const finished = await run(process.execPath, [program], { cwd: place, env })
    expect(finished).toMatchObject({ code: 0, stderr: '' })
    expect(finished.stdout).toMatch(expected[example] ?? /./)
  })
})
