import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { configJsonSchema } from '../../src/config/schema/json-schema.ts'
import { createConfigSchema } from '../../src/config/schema/schema.ts'
import { buildGateway } from '../../src/gateway/build-gateway.ts'
import { builtinRouterKinds } from '../../src/index.ts'
import { unobserved } from '../../src/routing/policies/observations/unobserved.ts'
import { policyKinds } from '../../src/routing/policies/registry.ts'
import { policyContract } from '../../src/testing/index.ts'
import { byLength } from '../support/example-policy/kind.ts'

/**
 * A new kind of policy is one folder and one row: `kinds` is the table of `src/routing/policies/registry.ts` with the
 * row of a kind that no file of src/ knows.
 */
const kinds = { ...policyKinds, [byLength.kind]: byLength }
const file = `version: 1
routers: { length: {} }
policies:
  long-is-hard: { kind: by-length, short: weak, long: strong }
  halves: { kind: pair, strong: strong, weak: weak, router: length }
auto: { policy: long-is-hard }
`

function parse(text: string) {
  return parseConfig(text, 'f.yaml', {}, builtinRouterKinds, kinds)
}

async function open() {
  const dependencies = { embedderOptions: {}, hub: {} }
  return buildGateway(parse(file), { apiKeys: {}, routerDependencies: dependencies, policyKinds: kinds })
}

describe('a kind of policy that is added to the table', () => {
  it('is configurable, with its defaults', () => {
    expect(parse(file).policies[0]).toEqual({
      name: 'long-is-hard',
      kind: 'by-length',
      short: 'weak',
      long: 'strong',
      maxCharacters: 20,
    })
  })

  it.each([
    ['{ kind: by-length, short: weak }', 'f.yaml:3: policies.p.long: missing; expected string'],
    ['{ kind: by-length, short: weak, long: strong, router: mf }', 'policies.p.router: unknown key "router"'],
    ['{ kind: by-length, short: weak, long: stron }', 'policies.p.long: no model "stron". Did you mean'],
    ['{ kind: by-size }', 'policies.p.kind: "by-size" does not fit: expected "pair" or'],
    [
      '{ kind: by-length, short: weak, long: strong, maxCharacters: 0 }',
      'policies.p.maxCharacters: 0 is too small: at least 1',
    ],
  ])('refuses %s', (entry, message) => {
    expect(() => parse(`version: 1\npolicies:\n  p: ${entry}\n`)).toThrow(message)
  })

  it('is unknown without its row', () => {
    expect(() => parseConfig(file, 'f.yaml')).toThrow(
      'policies.long-is-hard.kind: "by-length" does not fit: expected "pair"',
    )
  })

  it('is in the JSON Schema with its keys and descriptions', () => {
    const { policies } = configJsonSchema(createConfigSchema(builtinRouterKinds, kinds)).properties ?? {}
    expect(policies?.additionalProperties).toMatchObject({
      oneOf: expect.arrayContaining([
        expect.objectContaining({ required: ['kind', 'strong', 'weak', 'router'] }),
        expect.objectContaining({
          properties: expect.objectContaining({
            kind: { const: 'by-length', description: byLength.summary, type: 'string' },
            maxCharacters: expect.objectContaining({
              default: 20,
              description: 'Length of the longest short prompt.',
            }),
          }),
          required: ['kind', 'short', 'long'],
        }),
      ]),
    })
  })

  it('decides in a gateway, by its name and as auto', async () => {
    const gateway = await open()
    const modelFor = async (model: string, prompt: string) => {
      const decision = await gateway.explain({ model, prompt })
      return [decision.model, decision.policy, decision.router]
    }
    for (const name of ['policy-long-is-hard', 'auto']) {
      expect(await modelFor(name, 'Hi')).toEqual(['weak', 'long-is-hard', null])
      expect(await modelFor(name, 'x'.repeat(21))).toEqual(['strong', 'long-is-hard', null])
    }
    expect(gateway.models().map(({ id }) => id)).toEqual(
      expect.arrayContaining(['policy-long-is-hard', 'policy-halves']),
    )
    await gateway.close()
  })
})

describe('by-length', () => {
  const model = (name: string) => ({ name, provider: 'p', upstream: name })
  const parts = {
    name: 'long-is-hard',
    findModel: model,
    findRouter: () => {
      throw new Error('It asks no router.')
    },
    observed: unobserved,
    loadVerifier: () => Promise.reject(new Error('It reads no answer.')),
    routerTimeoutMs: 500,
  }
  const settings = byLength.settings.parse({ short: 'a', long: 'b' })
  for (const { name, run } of policyContract(() => byLength.create(settings, parts))) it(name, run)
})
