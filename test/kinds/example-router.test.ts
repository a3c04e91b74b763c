import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import picocolors from 'picocolors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/command-line.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { configJsonSchema } from '../../src/config/schema/json-schema.ts'
import { createConfigSchema } from '../../src/config/schema/schema.ts'
import { buildGateway } from '../../src/gateway/build-gateway.ts'
import { builtinRouterKinds, loadRouter } from '../../src/index.ts'
import { routerContract } from '../../src/testing/index.ts'
import { keywords } from '../support/example-router/kind.ts'

/**
 * What CONTRIBUTING.md promises of a new router, with one that no file of src/ knows. It takes two new files,
 * `kind.ts` and `router.ts`; a router of this package edits three more: the table in
 * `src/routing/routers/registry.ts` (here: `kinds`), one call of the contract suite in `test/contracts/routers.test.ts`
 * (here: at the end), and its page, `docs/routers/<kind>.md`.
 */
const kinds = [...builtinRouterKinds, keywords]
const dependencies = { embedderOptions: {}, hub: {}, kinds }
const file = `version: 1
routers:
  hard: { kind: keywords, words: [prove, derive] }
  implied: { words: [debug] }
  keywords: {}
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'example-router-'))
  await writeFile(join(folder, 'routellm.yaml'), file)
})
afterAll(() => rm(folder, { recursive: true }))

/** The lines that a command writes to stdout. */
async function run(...words: string[]): Promise<string[]> {
  const lines: string[] = []
  const program = await createProgram({
    folder,
    environment: { variables: {}, noColor: true, hub: {} },
    interrupted: new AbortController().signal,
    routerKinds: kinds,
    terminal: {
      result: (line) => lines.push(line),
      note() {},
      readInput: async () => '',
      progressStream: null,
      width: null,
      colors: picocolors.createColors(false),
    },
  })
  await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'CheckFailedError')) throw error
  })
  return lines
}

describe('a kind that is added to the table', () => {
  it('is configurable, by its kind, by its key and by its name', () => {
    const config = parseConfig(file, 'f.yaml', {}, kinds)
    expect(config.routers).toEqual([
      { name: 'hard', kind: 'keywords', words: ['prove', 'derive'] },
      { name: 'implied', kind: 'keywords', words: ['debug'] },
      { name: 'keywords', kind: 'keywords' },
    ])
    expect(config.auto).toEqual({ kind: 'router-default', router: 'hard' })
  })

  it.each([
    ['  hard: { kind: keywords, words: 3 }', 'routers.hard.words: 3 does not fit: expected a list'],
    ['  hard: { kind: keywords, word: [a] }', 'routers.hard.word: unknown key "word". Did you mean "words"?'],
    [
      '  hard: { kind: keywords, seed: 1 }',
      'the kind keywords has no use for it: it belongs to the kind random',
    ],
    ['  mf: { words: [a] }', 'the kind mf has no use for it: it belongs to the kind keywords'],
  ])('refuses %s', (entry, message) => {
    expect(() => parseConfig(`version: 1\nrouters:\n${entry}\n`, 'f.yaml', {}, kinds)).toThrow(message)
  })

  it('is unknown without its row', () => {
    expect(() => parseConfig(file, 'f.yaml')).toThrow(/routers\.hard\.kind: "keywords" does not fit/)
  })

  it('is in the JSON Schema with its keys and descriptions', () => {
    const routers = configJsonSchema(createConfigSchema(kinds)).properties?.routers?.additionalProperties
    expect(routers).toMatchObject({
      properties: {
        kind: {
          enum: expect.arrayContaining(['keywords']),
          description: expect.stringContaining('`keywords` for words'),
        },
        words: { description: 'Words that need the strong model. Default: prove.' },
      },
    })
  })

  it('loads and decides in a gateway', async () => {
    const gateway = await buildGateway(parseConfig(file, 'f.yaml', {}, kinds), {
      apiKeys: {},
      routerDependencies: dependencies,
    })
    const decide = async (prompt: string) =>
      (await gateway.explain({ model: 'router-hard-0.5', prompt })).strongWinRate
    expect([await decide('Derive it.'), await decide('Hi')]).toEqual([0.9, 0.1])
    await gateway.close()
  })

  it('is listed by models, routes on the command line, and doctor says what it needs', async () => {
    const listed = (await run('models')).join('\n')
    expect(listed).toMatch(/router-hard +keywords, prove and derive/)
    expect(await run('route', 'Derive it.', '--router', 'hard', '--json')).toEqual([
      expect.stringContaining('"strongWinRate":0.9'),
    ])
    const { checks } = JSON.parse((await run('doctor', '--json')).join(''))
    expect(checks).toContainEqual({
      name: 'optional example-word-list',
      status: 'absent',
      detail: 'not installed; it unlocks the keywords router',
      remedy: 'npm install example-word-list',
    })
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'configuration',
        status: 'ok',
        detail: expect.stringContaining('3 routers'),
      }),
    )
  })
})

describe('keywords', async () => {
  const create = () => loadRouter({ name: 'keywords' }, dependencies)
  for (const { name, run } of await routerContract(create)) it(name, run)
})
