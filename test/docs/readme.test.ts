import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentedCommands } from '../support/documented-commands.ts'
import { builtCli, project, run } from '../support/run-program.ts'

let place = ''
const pages = [
  'README.md',
  ...(await readdir(join(project, 'docs'), { recursive: true }))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
].toSorted()
const all = await Promise.all(
  pages.map(async (page) => ({
    page,
    commands: documentedCommands(await readFile(join(project, page), 'utf8')),
  })),
)
const documented = all.filter(({ commands }) => commands.length > 0)

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'routellm-readme-'))
  await mkdir(join(place, 'bin'))
  // What an installed package puts on the path, and npx for it.
  await writeProgram('routellm', `exec "${process.execPath}" "${builtCli}" "$@"`)
  await writeProgram('npx', 'exec "$@"')
})

afterAll(() => rm(place, { recursive: true, force: true }))

describe('commands in the documentation', () => {
  it('are there: the README has commands that run', () => {
    expect(documented.map(({ page }) => page)).toContain('README.md')
  })
})

// Two pages at a time: many commands wait, for a server or the disk. The blocks of a page follow one another.
describe.concurrent.each([0, 1])('commands of every second page, from %i', (first) => {
  for (const { page, commands } of documented.filter((_, index) => index % 2 === first))
    for (const { line, script } of commands)
      it.sequential(`${page}:${line} ends well`, async () => {
        const folder = folderOf(page)
        await mkdir(folder, { recursive: true })
        // As in a clone, where the commands are tried.
        const examples = join(folder, 'examples')
        if (!existsSync(examples)) await symlink(join(project, 'examples'), examples)
        const env = {
          PATH: `${join(place, 'bin')}${delimiter}${process.env.PATH}`,
          HOME: folder,
          NO_COLOR: '1',
        }
        // A block may start a server in the background; it ends with its block.
        const guarded = `set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${script}`
        const finished = await run('bash', ['-c', guarded], { cwd: folder, env, timeoutMs: 170_000 })
        expect(finished, `${finished.stdout}\n${finished.stderr}`).toMatchObject({ code: 0 })
      })
})

describe('documentedCommands', () => {
  it('takes the blocks that say run, with their lines', () => {
    const markdown = '# A\n```sh run\na\nb\n```\n```sh\nnot this\n```\n```sh run\nc\n```\n'
    expect(documentedCommands(markdown)).toEqual([
      { line: 2, script: 'a\nb' },
      { line: 9, script: 'c' },
    ])
  })
})

function folderOf(page: string): string {
  return join(place, page.replaceAll(/[^a-zA-Z0-9]/g, '-'))
}

async function writeProgram(name: string, body: string): Promise<void> {
  await writeFile(join(place, 'bin', name), `#!/bin/sh\n${body}\n`)
  await chmod(join(place, 'bin', name), 0o755)
}
