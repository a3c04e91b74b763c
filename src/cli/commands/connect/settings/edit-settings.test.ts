import fc from 'fast-check'
import { stringify } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { editSettings, parseSettings } from './edit-settings.ts'
import { json } from './json.ts'
import { applyEdits, type SettingEdit, type SettingRule } from './setting-edit.ts'
import { toml } from './toml.ts'
import { yaml } from './yaml.ts'

const point: SettingRule[] = [
  { kind: 'set', path: ['env', 'BASE'], value: 'http://127.0.0.1:6060' },
  { kind: 'put', path: ['models'], by: 'name', entry: { name: 'RouteLLM', model: 'auto' } },
]

describe('JSON', () => {
  it('keeps comments, order, indentation and everything else', () => {
    const text = `{
    // the theme
    "theme": "dark", /* my own */
    "env": {
        "PROXY": "http://p" // needed at work
    },
    "models": [
        { "name": "RouteLLM", "model": "old" },
        { "name": "mine", "model": "m" }, // keep
    ],
}
`
    expect(editSettings(json, text, point, 'f')).toBe(`{
    // the theme
    "theme": "dark", /* my own */
    "env": {
        "PROXY": "http://p", // needed at work
        "BASE": "http://127.0.0.1:6060"
    },
    "models": [
        {
            "name": "RouteLLM",
            "model": "auto"
        },
        { "name": "mine", "model": "m" }, // keep
    ],
}
`)
  })

  it('writes a file from nothing, and keeps a byte order mark and CRLF', () => {
    expect(editSettings(json, '', [{ kind: 'set', path: ['a', 'b'], value: 1 }], 'f')).toBe(
      '{\n  "a": {\n    "b": 1\n  }\n}\n',
    )
    expect(
      editSettings(json, '\uFEFF{\r\n  "x": 1\r\n}\r\n', [{ kind: 'set', path: ['a'], value: 1 }], 'f'),
    ).toBe('\uFEFF{\r\n  "x": 1,\r\n  "a": 1\r\n}\r\n')
  })

  it('adds to objects and lists that are on one line, empty, or have a comma at the end', () => {
    const put = (text: string) => editSettings(json, text, point, 'f')
    expect(put('{"env": {"A": 1}, "models": [{"name": "m"}]}')).toBe(
      `{"env": {"A": 1, "BASE": "http://127.0.0.1:6060"}, "models": [{"name": "m"}, {
  "name": "RouteLLM",
  "model": "auto"
}]}`,
    )
    expect(put('{\n\t"env": {}, // none\n\t"models": [ // none yet\n\t]\n}')).toBe(
      '{\n\t"env": {\n\t\t"BASE": "http://127.0.0.1:6060"\n\t}, // none\n\t"models": [ // none yet\n\t\t{\n\t\t\t"name": "RouteLLM",\n\t\t\t"model": "auto"\n\t\t}\n\t]\n}',
    )
    expect(put('{\n  "env": {\n    "A": 1, /* a */ // b\n  },\n  "models": [],\n}')).toContain(
      '"A": 1,\n    "BASE": "http://127.0.0.1:6060", /* a */ // b\n',
    )
  })

  it.each([
    ['{ "a": 1,, }', 'settings-unreadable', 'PropertyNameExpected in line 1'],
    ['{\n  "a": \n', 'settings-unreadable', 'ValueExpected in line'],
    ['[1]', 'settings-unreadable', 'something other than keys and values'],
    // The parser reads the last of two equal keys, and an editor would change the first.
    ['{ "env": { "A": 1 }, "env": { "B": 2 } }', 'settings-unsupported', 'env.BASE'],
  ])('refuses %j', (text, code, message) => {
    expect(() => editSettings(json, text, point, '/h/f')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

const provider: SettingRule[] = [
  { kind: 'set', path: ['model'], value: 'auto' },
  { kind: 'set', path: ['model_providers', 'r'], value: { name: 'R', url: 'http://x/v1' } },
]

it('edits any JSON, and changes nothing else', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const name = fc.constantFrom('env', 'models', 'BASE', 'a', 'b c', '"', 'name')
  const object = fc.dictionary(name, fc.oneof(value, fc.array(value), fc.dictionary(name, value)))
  const space = fc.constantFrom(undefined, 2, 4, '\t')
  const edits = point.filter((rule): rule is SettingEdit => rule.kind !== 'default')
  fc.assert(
    fc.property(object, space, fc.boolean(), (data, indent, withComments) => {
      const plain = JSON.stringify(data, null, indent)
      const text = withComments
        ? plain.replace(/([{[,])$/gm, '$1 // note, {').replace(/$/, '\n/* end */\n')
        : plain
      const wanted = applyEdits(data, edits)
      const isBlocked = ['env', 'models'].some((each) => each in data && !(data[each] instanceof Object))
      if (isBlocked || Array.isArray(data.env) || (data.models && !Array.isArray(data.models))) return
      const edited = editSettings(json, text, point, 'f')
      expect(parseSettings(json, edited, 'f')).toEqual(wanted)
      expect(edited.split('// note, {').length).toBe(text.split('// note, {').length)
      expect(editSettings(json, edited, point, 'f')).toBe(edited)
    }),
    { seed: 14, numRuns: 300 },
  )
})

describe('TOML', () => {
  it('keeps comments and everything else', () => {
    const text = `# mine
model = "gpt # 5"   # the best
approval = "never"

[model_providers.r]
name = "old"
# about the next table
[profiles.x] # keep
model = "inner"
`
    expect(editSettings(toml, text, provider, 'f')).toBe(`# mine
model = "auto"   # the best
approval = "never"

[model_providers.r]
name = "R"
url = "http://x/v1"
# about the next table
[profiles.x] # keep
model = "inner"
`)
  })

  it('puts a key before the tables, and a table at the end', () => {
    expect(editSettings(toml, '[t]\na = 1\n', provider, 'f')).toBe(
      'model = "auto"\n[t]\na = 1\n\n[model_providers.r]\nname = "R"\nurl = "http://x/v1"\n',
    )
    expect(editSettings(toml, '', provider, 'f')).toBe(
      'model = "auto"\n\n[model_providers.r]\nname = "R"\nurl = "http://x/v1"\n',
    )
    expect(editSettings(toml, '[t]\r\na = 1\r\n', provider, 'f')).toContain('"auto"\r\n[t]\r\na = 1\r\n\r\n[')
  })

  it.each([
    ['a = \n', 'settings-unreadable'],
    ['a = 1\na = 2\n', 'settings-unreadable'],
    ['model = """\nmany\n"""\n', 'settings-unsupported'],
    ['note = """\nmodel = "x"\n"""\n', 'settings-unsupported'],
    ['model_providers = { r = { name = "x" } }\n', 'settings-unsupported'],
    ['[model_providers.r]\nname = "x"\n[model_providers.r.headers]\na = "b"\n', 'settings-unsupported'],
  ])('refuses %j', (text, code) => {
    expect(() => editSettings(toml, text, provider, 'f')).toThrow(expect.objectContaining({ code }))
  })

  it('changes nothing else in any file that it edits', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/)
    const value = fc.oneof(
      word,
      fc.integer(),
      fc.boolean(),
      fc.constantFrom('a # b', '[x]', 'l\nm = 1', 'é"\\'),
    )
    const table = fc.dictionary(word, fc.oneof(value, fc.dictionary(word, value, { maxKeys: 3 })), {
      maxKeys: 5,
    })
    const edits = provider.filter((rule): rule is SettingEdit => rule.kind !== 'default')
    fc.assert(
      fc.property(table, fc.dictionary(word, value, { maxKeys: 3 }), (top, others) => {
        const data = { ...top, ...(Object.keys(others).length > 0 && { model_providers: { o: others } }) }
        const text = stringify(data)
        const edited = editSettings(toml, text, provider, 'f')
        expect(parseSettings(toml, edited, 'f')).toEqual(applyEdits(parseSettings(toml, text, 'f'), edits))
        expect(editSettings(toml, edited, provider, 'f')).toBe(edited)
      }),
      { seed: 14, numRuns: 200 },
    )
  })
})

describe('YAML', () => {
  it.each(['- ', '  - '])('keeps comments and everything else, with the indentation %j', (dash) => {
    const text = `# mine
name: Own # as I like
models:
${dash}name: "quoted"

# about rules
rules: [ a, 'b' ]
`
    expect(
      editSettings(yaml, text, [{ kind: 'default', path: ['name'], value: 'x' }, ...point.slice(1)], 'f'),
    ).toBe(
      text.replace('"quoted"\n', `"quoted"\n${dash}name: RouteLLM\n${dash.replace('-', ' ')}model: auto\n`),
    )
  })

  it('replaces its own entry, adds a missing list, and keeps CRLF', () => {
    const put = point.slice(1)
    expect(editSettings(yaml, 'models:\n  - name: RouteLLM\n    model: old\n', put, 'f')).toBe(
      'models:\n  - name: RouteLLM\n    model: auto\n',
    )
    expect(editSettings(yaml, '# only this\n', put, 'f')).toBe(
      '# only this\n\nmodels:\n  - name: RouteLLM\n    model: auto\n',
    )
    expect(editSettings(yaml, 'a: 1\r\n', put, 'f')).toBe(
      'a: 1\r\nmodels:\r\n  - name: RouteLLM\r\n    model: auto\r\n',
    )
  })

  it.each(['a: [1', 'a: 1\na: 2\n', '- 1\n', 'a: 1\n---\nb: 2\n'])('refuses %j', (text) => {
    expect(() => editSettings(yaml, text, point, 'f')).toThrow(
      expect.objectContaining({ code: 'settings-unreadable' }),
    )
  })
})

it('leaves a file as it is that follows the rules already', () => {
  const text = '{"env":{"BASE":"http://127.0.0.1:6060"},"models":[{"model":"auto","name":"RouteLLM"}]}'
  expect(editSettings(json, text, point, 'f')).toBe(text)
})
