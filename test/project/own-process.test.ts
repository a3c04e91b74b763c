import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needsOwnProcess, testFilesWithOwnProcess } from '../../scripts/testing/own-process.mjs'
import { project } from '../support/run-program.ts'

describe('needsOwnProcess', () => {
  it.each([
    `${'vi'}.mock('openai', () => ({}))`,
    `${'vi'}.spyOn(globalThis, 'fetch')`,
    `import { countPauses } from '../support/pauses${'/follow'}-pauses.ts'`,
    `const before = ${'process'}.memoryUsage.rss()`,
    `${'process'}.chdir(folder)`,
    `${'process'}.env.HOME = folder`,
    `${'process'}.env[name] = folder`,
    `${'process'}.on('warning', note)`,
    `${'globalThis'}.fetch = fake`,
    `import { it } from 'vitest'\n${'// own'} process: it counts the sockets of the process`,
  ])('%s', (line) => {
    expect(needsOwnProcess(line)).toBe(true)
  })

  it.each([
    `const env = { ...process.env, HOME: folder }`,
    `const { fetch } = globalThis`,
    `process.kill(child.pid)`,
    `${'process'}.env.HOME === folder`,
    '// it runs in a process of its own',
  ])('not: %s', (line) => {
    expect(needsOwnProcess(line)).toBe(false)
  })
})

describe('testFilesWithOwnProcess', () => {
  it('finds the files that replace a module, and not this one', async () => {
    const files = testFilesWithOwnProcess(['src', 'test'])
    expect(files).toContain('src/routing/routers/mf/encoder/load.test.ts')
    expect(files).not.toContain('test/project/own-process.test.ts')
    for (const file of files) expect(await readFile(join(project, file), 'utf8')).toContain('vitest')
  })
})
