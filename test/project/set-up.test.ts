import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { project, run } from '../support/run-program.ts'

const slowMs = 300_000
let place = ''

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-set-up-'))
})

afterAll(() => rm(place, { recursive: true, force: true }))

/** The packages that a build needs. */
const linked = [
  ...['typescript', 'esbuild', '@types/node', 'undici-types', '@pydantic/genai-prices'],
  ...['kysely', 'libsql', '@neon-rs/load', 'hyparquet-writer', 'preact'],
]

/** A project of a few source files with this project's scripts, and its installed packages as `installed` says. */
async function smallProject(name: string, { installed }: { installed: boolean }): Promise<string> {
  const folder = join(place, name)
  await mkdir(join(folder, 'src', 'cli'), { recursive: true })
  await cp(join(project, 'scripts'), join(folder, 'scripts'), { recursive: true })
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'])
    await cp(join(project, file), join(folder, file))
  await writeFile(
    join(folder, 'src', 'cli', 'main.ts'),
    `process.stdout.write(process.argv.slice(2).join(' '))\n`,
  )
  await mkdir(join(folder, 'src', 'edge', 'platform'), { recursive: true })
  for (const file of ['index.ts', join('platform', 'globals.ts')])
    await writeFile(join(folder, 'src', 'edge', file), 'export const isEdge = true\n')
  for (const part of ['database', join('transfer', 'parquet')])
    await mkdir(join(folder, 'src', 'store', part), { recursive: true })
  for (const file of ['database/kysely.ts', 'database/libsql.ts', 'transfer/parquet/hyparquet-writer.ts'])
    await writeFile(join(folder, 'src', 'store', file), 'export const isStore = true\n')
  if (installed) {
    for (const scope of ['@types', '@pydantic', '@neon-rs'])
      await mkdir(join(folder, 'node_modules', scope), { recursive: true })
    await cp(
      join(project, 'node_modules', '.package-lock.json'),
      join(folder, 'node_modules', '.package-lock.json'),
    )
    for (const link of linked)
      await symlink(join(project, 'node_modules', link), join(folder, 'node_modules', link))
  }
  return folder
}

function start(folder: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return run(process.execPath, [join('scripts', 'start.mjs'), ...args], {
    cwd: folder,
    env,
    timeoutMs: slowMs,
  })
}

describe('npm start', () => {
  it(
    'builds once, serves with its arguments, and builds again only when a source changed',
    async () => {
      const folder = await smallProject('twice', { installed: true })
      expect(await start(folder, ['--port', '1'])).toEqual({
        code: 0,
        stdout: 'serve --port 1',
        stderr: 'Building …\n',
      })
      expect(await start(folder)).toEqual({ code: 0, stdout: 'serve', stderr: '' })
      expect((await start(folder, ['demo', '--port', '1'])).stdout).toBe('demo --port 1')
      await writeFile(join(folder, 'src', 'cli', 'main.ts'), `process.stdout.write('changed')\n`)
      expect(await start(folder)).toEqual({ code: 0, stdout: 'changed', stderr: 'Building …\n' })
      await rm(join(folder, 'dist'), { recursive: true })
      expect((await start(folder)).stdout).toBe('changed')
    },
    slowMs,
  )

  it(
    'keeps the old build when a new one fails, and says what is wrong',
    async () => {
      const folder = await smallProject('broken', { installed: true })
      await start(folder)
      const built = await readFile(join(folder, 'dist', 'cli', 'main.js'), 'utf8')
      await writeFile(join(folder, 'src', 'cli', 'main.ts'), `export const wrong: number = 'text'\n`)
      const failed = await start(folder)
      expect(failed.code).toBe(1)
      expect(failed.stderr).toMatch(/The build failed:\n\nsrc\/cli\/main.ts\(1,14\): error TS2322/)
      expect(await readFile(join(folder, 'dist', 'cli', 'main.js'), 'utf8')).toBe(built)
    },
    slowMs,
  )

  it(
    'builds again when a build was killed',
    async () => {
      const folder = await smallProject('killed', { installed: true })
      const child = spawn(process.execPath, [join('scripts', 'start.mjs')], { cwd: folder })
      await once(child.stderr, 'data')
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await start(folder, ['again'])).toEqual({
        code: 0,
        stdout: 'again',
        stderr: 'Building …\n',
      })
    },
    slowMs,
  )

  it(
    'says clearly that the packages cannot be downloaded',
    async () => {
      const folder = await smallProject('offline', { installed: false })
      const env = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: join(place, 'cache') }
      const failed = await start(folder, [], { ...env, npm_config_fetch_retries: '0' })
      expect(failed.code).toBe(1)
      expect(failed.stderr).toMatch(/package registry cannot be reached \(ECONNREFUSED\)/)
    },
    slowMs,
  )

  it.each([
    ['checkNode', '20.18.3', /^routellm needs Node 20\.19 or newer; this is 20\.18\.3\./],
    ['checkNodeRunsTypeScript', '22.17.1', /^This program imports TypeScript and needs Node 22\.18 or newer/],
  ])('%s refuses an old Node with the version that it needs', async (check, version, message) => {
    const file = pathToFileURL(join(project, 'scripts', 'setup', 'check-node.mjs')).href
    const program = `import { ${check} } from '${file}'; ${check}('${version}'); console.log('on')`
    const refused = await run(process.execPath, ['--input-type=module', '-e', program])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(message)
  })
})
