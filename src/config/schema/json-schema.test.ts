import { describe, expect, it } from 'vitest'
import { knownKeysAt } from './json-schema.ts'

describe('the JSON Schema', () => {
  it('knows the keys at every depth', () => {
    expect(knownKeysAt([])).toContain('routers')
    expect(knownKeysAt(['providers', 'any'])).toContain('apiKeyEnv')
    expect(knownKeysAt(['providers', 'any', 'headers'])).toEqual([])
  })
})
