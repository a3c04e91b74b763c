import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../src/version.ts'
import { describeWith, requirement } from '../support/requirement.ts'
import { project, run, runWell } from '../support/run-program.ts'

const megabyte = 1_000_000
const registry = await requirement('package registry')
let place = ''
let tarball = ''

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-package-'))
  // `npm test` has built dist/; packing must not build it again under the feet of other tests.
  const packed = await runWell('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', place])
  const [{ filename }]: [{ filename: string }] = JSON.parse(packed)
  tarball = join(place, filename)
}, 60_000)

afterAll(() => rm(place, { recursive: true, force: true }))

describe('the package', () => {
  it('says its own version', async () => {
    const manifest: { version: string } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))
    expect(version).toBe(manifest.version)
  })

  it('holds what is published and nothing else', async () => {
    const files = (await runWell('tar', ['-tzf', tarball])).trim().split('\n')
    expect(files).toContain('package/dist/cli/main.js')
    expect(files).toContain('package/LICENSE')
    expect(files).toContain('package/README.md')
    expect(files).toContain('package/routellm.schema.json')
    expect(files).toContain('package/routellm.keys.schema.json')
    // What the command line and the README name.
    for (const file of ['docs/audit.md', 'docs/labels.md', 'examples/logs.jsonl', 'examples/labels.jsonl'])
      expect(files).toContain(`package/${file}`)
    const others = files.filter(
      (file) =>
        !/^package\/(dist\/.+\.(js|d\.ts)|dist\/web\/[\w./-]+\.(html|css|svg|md|br|gz)|artifacts\/.+|docs\/.+\.(md|svg)|examples\/[^/]+|LICENSE|README\.md|package\.json|routellm(\.keys)?\.schema\.json)$/.test(
          file,
        ),
    )
    expect(others).toEqual([])
    expect(files.filter((file) => /\.test\.|golden|node_modules|\.tsbuildinfo/.test(file))).toEqual([])
  })

  it('passes publint', async () => {
    const publint = join(project, 'node_modules', 'publint', 'src', 'cli.js')
    const { code, stdout, stderr } = await run(process.execPath, [publint, 'run', tarball, '--strict'])
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  })

  it('has types that every ESM resolution finds', async () => {
    const attw = join(project, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
    const args = [attw, tarball, '--profile', 'esm-only', '--no-emoji', '--no-color']
    const { code, stdout, stderr } = await run(process.execPath, args)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  })
})

describeWith(registry, 'installed into an empty folder', () => {
  let folder = ''

  let installed: { code: number | null; stdout: string; stderr: string }

  beforeAll(async () => {
    folder = join(place, 'consumer')
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module' }))
    const args = ['install', tarball, '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund']
    installed = await run('npm', args, { cwd: folder, timeoutMs: 150_000 })
  }, 160_000)

  it('installs without a warning on a Node that every package says it supports', () =>
    expect(installed).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\s*added \d+ packages in \S+\s*$/),
      stderr: '',
    }))

  it('has the documentation that the command line names, and prices for its first audit', async () => {
    const installedAt = join(folder, 'node_modules', 'routellm')
    const help = await runWell('npx', ['routellm', 'data', 'judge', '--help'], { cwd: folder })
    const named = [...help.matchAll(/docs\/[\w/-]+\.md/g)].map(([page]) => page)
    expect(named).not.toEqual([])
    for (const page of named) expect((await stat(join(installedAt, page))).isFile()).toBe(true)
    const log = join(installedAt, 'examples', 'logs.jsonl')
    const { verdict } = JSON.parse(
      await runWell('npx', ['routellm', 'audit', log, '--json'], { cwd: folder }),
    )
    expect(verdict.answer).not.toBe('unknown')
  }, 60_000)

  it('routes a prompt with npx', async () => {
    const answer = await runWell('npx', ['routellm', 'route', 'hello', '--json'], { cwd: folder })
    const decision: { model: string; reason: string; strongWinRate: number } = JSON.parse(answer)
    expect(decision.reason).toBe('routed')
    expect(decision.model).not.toBe('')
    expect(decision.strongWinRate).toBeGreaterThanOrEqual(0)
    expect(decision.strongWinRate).toBeLessThanOrEqual(1)
  })

  it.each([
    ['routellm', 'loadRouter'],
    ['routellm/server', 'createServer'],
    ['routellm/fetch-handler', 'fetchHandler'],
    ['routellm/train', 'trainMatrixFactorization'],
    ['routellm/testing', 'routerContract'],
  ])('imports %s', async (path, name) => {
    const program = `import { ${name} } from '${path}'; console.log(typeof ${name})`
    const said = await runWell(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
    expect(said.trim()).toBe('function')
  })

  it('imports nothing heavy or wordy: an import prints nothing', async () => {
    const program = `await import('routellm'); await import('routellm/server')`
    const finished = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
    expect(finished).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['routellm/client', 'openai'],
    ['routellm/langchain', '@langchain/core'],
  ])('imports %s only with the package %s', async (entry, name) => {
    const program = `await import('${entry}')`
    const finished = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain(`Cannot find package '${name}'`)
  })

  it('has types that need no optional package, declarations checked', async () => {
    const program = `
      import { loadRouter } from 'routellm'
      import { createServer } from 'routellm/server'
      import { trainMatrixFactorization } from 'routellm/train'
      import { fetchHandler } from 'routellm/fetch-handler'
      import { routerContract } from 'routellm/testing'
      import { createRoutedModels } from 'routellm/ai-sdk'
      export const handle = fetchHandler({ config: { providers: { openai: { kind: 'openai' } }, routers: { mf: {} } } })
      export const all = [createRoutedModels, loadRouter, createServer, trainMatrixFactorization, routerContract]
    `
    expect(await compile(folder, program)).toEqual({ code: 0, stdout: '', stderr: '' })
  }, 300_000)

  // On disk every file fills its last block. A megabyte is 10⁶ bytes here, and 2²⁰ for `du -sm`: the smaller counts.
  it('weighs at most 60 MB on disk', async () => {
    const { apparent, onDisk } = await weigh(join(folder, 'node_modules'))
    expect(apparent).toBeGreaterThan(1 * megabyte)
    expect(onDisk).toBeGreaterThan(apparent)
    expect(onDisk).toBeLessThanOrEqual(60 * megabyte)
  })

  describe.each(['openai', 'openai-7'])('beside %s', (version) => {
    const client = () => join(folder, 'node_modules', 'openai')
    beforeAll(() => symlink(join(project, 'node_modules', version), client()))
    afterAll(() => rm(client()))

    it('imports routellm/client', async () => {
      const program = `import { RouteLLM } from 'routellm/client'; console.log(typeof RouteLLM)`
      const said = await runWell(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
      expect(said.trim()).toBe('function')
    })

    it('has a client that is an OpenAI to the compiler, declarations checked', async () => {
      const program = `
        import OpenAI from 'openai'
        import { RouteLLM } from 'routellm/client'
        const client: OpenAI = new RouteLLM({ strongModel: 'a', weakModel: 'b' })
        export const reply = client.chat.completions.create({
          model: 'auto',
          messages: [{ role: 'user', content: 'Hi' }],
        })
      `
      expect(await compile(folder, program)).toEqual({ code: 0, stdout: '', stderr: '' })
    }, 300_000)
  })
})

/** Compiles a program that imports what is installed in the folder, with every declaration file checked. */
async function compile(folder: string, program: string) {
  const types = join(project, 'node_modules', '@types')
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [types],
  }
  await writeFile(join(folder, 'program.ts'), program)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  return run(process.execPath, [compiler, '-p', folder], { timeoutMs: 110_000 })
}

async function weigh(folder: string): Promise<{ apparent: number; onDisk: number }> {
  let apparent = 0
  let onDisk = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { size, blocks } = await stat(join(entry.parentPath, entry.name))
    if (entry.isFile()) apparent += size
    onDisk += blocks * 512
  }
  return { apparent, onDisk }
}
