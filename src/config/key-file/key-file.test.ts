import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../client-key.ts'
import type { ClientKey } from '../config.ts'
import { demoConfig, parseConfig } from '../parse-config.ts'
import { configJsonSchema, type JsonSchema } from '../schema/json-schema.ts'
import { checkKeyFile, describeShadowed, withKeyFile } from './apply-key-file.ts'
import { editKeyFile, editKeys, type KeyFileEdit } from './edit-key-file.ts'
import { keyFileJsonSchema } from './key-file-schema.ts'
import { configuredKeys, mergeKeys } from './merge-keys.ts'
import { parseKeyFile, readKeyFile } from './read-key-file.ts'
import { writeKeyFile } from './write-key-file.ts'

const hmac = clientKeyHmac('a-key-of-a-client', Buffer.alloc(16, 7))
const key = (name: string, settings: Partial<ClientKey> = {}): ClientKey => ({
  name,
  hmac,
  pacing: true,
  ...settings,
})
const none = { file: 'routellm.keys.yaml', keys: [], text: '' }

const settings = fc.record(
  {
    hmac: fc.constant(hmac),
    pacing: fc.boolean(),
    usdPerDay: fc.double({ min: 0, max: 1e6, noNaN: true }),
    requestsPerMinute: fc.integer({ min: 1, max: 1e6 }),
    models: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
    policies: fc.array(fc.string(), { maxLength: 3 }),
  },
  { requiredKeys: ['hmac', 'pacing'] },
)
const names = fc.stringMatching(/^[\w.@-]{1,8}$/)
const keys = fc
  .uniqueArray(fc.tuple(names, settings), { selector: ([name]) => name, maxLength: 5 })
  .map((entries) => entries.map(([name, rest]): ClientKey => ({ name, ...rest })))

describe('keys of a configuration and of a key file', () => {
  it('are all in service by their names, and the configuration wins', () => {
    fc.assert(
      fc.property(keys, keys, (configured, ofFile) => {
        const { keys: all, names: added, shadowed } = mergeKeys(configured, ofFile)
        // No key of the configuration is lost or changed, whatever the file says.
        expect(all.slice(0, configured.length)).toEqual(configured)
        expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
        expect(all.map(({ name }) => name).sort()).toEqual(
          [...new Set([...configured, ...ofFile].map(({ name }) => name))].sort(),
        )
        expect([...added, ...shadowed].sort()).toEqual(ofFile.map(({ name }) => name).sort())
      }),
    )
  })

  it('a file takes the place of the file before, and leaves the configuration as it was', () => {
    fc.assert(
      fc.property(keys, keys, keys, (configured, first, second) => {
        const config = demoConfig()
        const own = { ...config, server: { ...config.server, keys: configured } }
        const file = (of: readonly ClientKey[]) => ({ file: 'f', keys: of })
        const once = withKeyFile(own, file(second))
        expect(withKeyFile(withKeyFile(own, file(first)), file(second))).toEqual(once)
        expect(configuredKeys(once)).toEqual(configured)
        expect(withKeyFile(once, file([]))).toEqual(own)
      }),
    )
  })

  it('say which entry is not used', () => {
    const config = demoConfig()
    const own = { ...config, server: { ...config.server, keys: [key('web', { usdPerDay: 1 })] } }
    const both = withKeyFile(own, { file: 'f.yaml', keys: [key('web'), key('app')] })
    expect(both.server.keys.map(({ name, usdPerDay }) => [name, usdPerDay])).toEqual([
      ['web', 1],
      ['app', undefined],
    ])
    expect(describeShadowed(both)).toEqual([expect.stringContaining('the key "web" of f.yaml is not used')])
  })

  it('admit clients at any address', () => {
    const open = 'version: 1\nserver: { host: 0.0.0.0 }'
    const overrides = { keyFile: { file: 'f', keys: [key('web')] } }
    expect(parseConfig(open, 'routellm.yaml', overrides).server.keys).toHaveLength(1)
    expect(() => parseConfig(open, 'routellm.yaml')).toThrow('clients need keys')
  })
})

it('the JSON Schema has the settings of keys of the configuration, each described', () => {
  const ofFile = keyFileJsonSchema() as JsonSchema
  const ofConfig = configJsonSchema()
  expect(ofFile.required).toEqual(['version', 'keys'])
  expect(ofFile.properties?.keys?.additionalProperties).toEqual(
    ofConfig.properties?.keys?.additionalProperties,
  )
})

describe('the text of a key file', () => {
  it('has what was set, whatever was before', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.oneof(keys, names), { maxLength: 4 }), (first, changes) => {
        let now: { file: string; keys: readonly ClientKey[]; text: string } = none
        const edits: KeyFileEdit[] = [first, ...changes].flatMap((change): KeyFileEdit[] =>
          typeof change === 'string'
            ? [{ kind: 'remove' as const, name: change }]
            : change.map((each) => ({ kind: 'set' as const, key: each })),
        )
        for (const edit of edits) {
          if (edit.kind === 'set' && edit.key.name === '__proto__') continue
          const wanted = editKeys(now.keys, edit)
          now = parseKeyFile(editKeyFile(now, edit), 'routellm.keys.yaml')
          expect([...now.keys].sort(byName)).toEqual([...wanted].sort(byName))
        }
      }),
      { numRuns: 15 },
    )
  })

  const written = `# Of the team.
version: 1
keys:
    # the shop
    web:
        hmac: "${hmac}"
        # agreed in May
        usdPerDay: 5
        models: [ demo-weak ] # only this one

    app: { hmac: "${hmac}", requestsPerMinute: 3 }
`

  it('keeps comments, order and form of what a person wrote', () => {
    const before = parseKeyFile(written, 'f')
    const changed = editKeyFile(before, {
      kind: 'set',
      key: key('web', { usdPerDay: 7, models: ['demo-weak'], tags: ['eu'] }),
    })
    expect(changed).toBe(
      written
        .replace('usdPerDay: 5', 'usdPerDay: 7')
        .replace('only this one\n', 'only this one\n        tags:\n            - eu\n'),
    )
    const removed = editKeyFile(parseKeyFile(changed, 'f'), { kind: 'remove', name: 'app' })
    expect(removed).toContain('# agreed in May')
    expect(parseKeyFile(removed, 'f').keys.map(({ name }) => name)).toEqual(['web'])
  })

  it('is written anew if an edit cannot keep its form', () => {
    const text = `version: 1\nkeys:\n  one: &all { hmac: "${hmac}", usdPerDay: 1 }\n  two: *all\n`
    const removed = editKeyFile(parseKeyFile(text, 'f'), { kind: 'remove', name: 'one' })
    expect(parseKeyFile(removed, 'f').keys).toEqual([key('two', { usdPerDay: 1 })])
    const changed = editKeyFile(parseKeyFile(text, 'f'), { kind: 'set', key: key('two', { usdPerDay: 2 }) })
    expect(parseKeyFile(changed, 'f').keys).toEqual([
      key('one', { usdPerDay: 1 }),
      key('two', { usdPerDay: 2 }),
    ])
  })

  it('that is wrong is refused with all problems and their lines, and shows no key', () => {
    const text = `version: 1
keys:
  web: { hmac: rllm-a-secret-in-the-plain, models: [none] }
  "two words": { hmac: "${hmac}" }
`
    const read = parseKeyFile(text, 'f.yaml')
    const refused = () => checkKeyFile(withKeyFile(demoConfig(), read), read)
    expect(refused).toThrow('f.yaml:3: keys.web.hmac: the value (not shown: it may be a key) is not an HMAC')
    expect(refused).toThrow('f.yaml:3: keys.web.models[0]: no model "none"')
    expect(refused).toThrow('f.yaml:4: keys.two words: the name "two words" must have')
    expect(refused).not.toThrow('rllm-a-secret')
    expect(() => parseKeyFile('version: 1\nkeys: { a: { usdPerDai: 1 } }', 'f')).toThrow(
      'unknown key "usdPerDai". Did you mean "usdPerDay"?',
    )
  })
})

describe('the file', () => {
  let folder = ''
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is read as empty if it is missing, and written for its owner only, whole', async () => {
    folder = await mkdtemp(join(tmpdir(), 'routellm-keys-'))
    const file = join(folder, 'routellm.keys.yaml')
    const before = await readKeyFile(file)
    expect(before).toMatchObject({ keys: [], text: '' })
    await writeKeyFile(file, editKeyFile(before, { kind: 'set', key: key('web', { usdPerMonth: 100 }) }))
    expect((await readKeyFile(file)).keys).toEqual([key('web', { usdPerMonth: 100 })])
    expect(await readFile(file, 'utf8')).toMatch(/^# Keys of clients/)
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['routellm.keys.yaml'])
  })

  it('that cannot be read is an error', async () => {
    folder = await mkdtemp(join(tmpdir(), 'routellm-keys-'))
    await expect(readKeyFile(folder)).rejects.toMatchObject({ code: 'keys-unreadable' })
    await writeFile(join(folder, 'k.yaml'), 'version: 1\nkeys: [')
    await expect(readKeyFile(join(folder, 'k.yaml'))).rejects.toMatchObject({ code: 'invalid-yaml' })
  })
})

function byName(one: ClientKey, other: ClientKey): number {
  return one.name < other.name ? -1 : 1
}
