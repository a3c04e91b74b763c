import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configJsonSchemaText, knownKeysAt } from './json-schema.ts'

describe('routellm.schema.json', () => {
  it('is what the schema generates (npx vitest run src/config -u writes it anew)', async () => {
    const file = fileURLToPath(new URL('../../../routellm.schema.json', import.meta.url))
    await expect(configJsonSchemaText()).toMatchFileSnapshot(file)
  })

  it('knows the keys at every depth', () => {
    expect(knownKeysAt([])).toContain('routers')
    expect(knownKeysAt(['providers', 'any'])).toContain('apiKeyEnv')
    expect(knownKeysAt(['providers', 'any', 'headers'])).toEqual([])
  })
})
