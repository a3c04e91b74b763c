import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { project } from '../support/run-program.ts'

type Bundler = {
  build(options: object): Promise<unknown>
}

let folder: string
let bundler: Bundler
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'routellm-bundle-')))
  // The bundler that vitest brings along.
  const vitest = createRequire(import.meta.url).resolve('vitest/package.json')
  const vite = createRequire(vitest).resolve('vite/package.json')
  bundler = await import(createRequire(vite).resolve('rolldown'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const application = `
import { RouteLLM } from ${JSON.stringify(join(project, 'src', 'client', 'index.ts'))}
const client = new RouteLLM({ apiKey: 'sk-0123456789abcdef', strongModel: 'openai/big', weakModel: 'openai/small' })
client.route({ model: 'router-mf-50pct', prompt: 'Hello' }).then(
  (decision) => console.log(decision.model),
  (error) => console.log(error.message),
)
`

const run = async (file: string) => (await promisify(execFile)(process.execPath, [file])).stdout.trim()

describe('an application that is bundled into one file', () => {
  it.each([
    ['esm', 'app.mjs'],
    ['cjs', 'app.cjs'],
  ])(
    'as %s finds the built-in router beside it, and says before that what to copy',
    async (format, name) => {
      const out = join(folder, format)
      const input = join(folder, `${format}.mjs`)
      await writeFile(input, application)
      await bundler.build({
        input,
        platform: 'node',
        logLevel: 'silent',
        output: { dir: out, entryFileNames: name, format, codeSplitting: false },
      })
      expect(await run(join(out, name))).toBe(
        `The files of the built-in router are not beside ${join(out, name)}, which holds the code of routellm. ` +
          `Copy node_modules/routellm/artifacts to ${join(out, 'artifacts')}, or leave routellm out of the bundle (esbuild: --external:routellm).`,
      )
      await cp(join(project, 'artifacts'), join(out, 'artifacts'), { recursive: true })
      expect(await run(join(out, name))).toBe('openai/small')
    },
    120_000,
  )
})

it('handles the failure of every import of an optional package, so that bundlers accept its absence', async () => {
  const manifest: { peerDependenciesMeta: object } = JSON.parse(
    await readFile(join(project, 'package.json'), 'utf8'),
  )
  const files = (await readdir(join(project, 'src'), { recursive: true })).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  )
  expect(files.length).toBeGreaterThan(100)
  const unhandled: string[] = []
  for (const file of files) {
    const text = await readFile(join(project, 'src', file), 'utf8')
    for (const name of Object.keys(manifest.peerDependenciesMeta))
      if (text.replaceAll(`typeof import('${name}')`, '').includes(`import('${name}')`)) unhandled.push(file)
    for (const [, after = ''] of text.matchAll(/import\(\/\* webpackIgnore: true \*\/ '[^']+'\)(.{0,15})/g))
      if (after !== '.catch(rethrow)') unhandled.push(file)
  }
  expect(unhandled).toEqual([])
})
