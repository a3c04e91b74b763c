import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import { wordVerifier } from '../../support/cascade/cascade-under-test.ts'

describe('a cascade of routellm.yaml', () => {
  const file = (more = '') => `version: 1
models:
  large: { provider: demo, upstream: l }
  small: { provider: demo, upstream: s }
providers: { demo: { kind: demo } }
routers: { length: {} }
policy: { kind: pair, strong: large, weak: small }
policies:
  checked: { kind: cascade, strong: large, weak: small, verifier: ./my-cascade, threshold: 0.4${more} }
auto: { router: length, threshold: 0.5 }
`
  const options = { apiKeys: {}, routerDependencies: { embedderOptions: {}, hub: {} } }

  it('reads its verifier from a folder beside the file', async () => {
    const folders: string[] = []
    const loadVerifier = async (folder: string) => {
      folders.push(folder)
      return wordVerifier
    }
    const built = await buildGateway(parseConfig(file(), '/etc/routellm.yaml'), { ...options, loadVerifier })
    expect(folders).toEqual(['./my-cascade'])
    expect(await built.explain({ model: 'policy-checked', prompt: 'x' })).toMatchObject({
      model: 'small',
      check: { verifier: 'by-word', threshold: 0.4, strong: 'large' },
    })
    await built.close()
  })

  it('is refused at start if there is no such folder', async () => {
    await expect(buildGateway(parseConfig(file(), '/etc/routellm.yaml'), options)).rejects.toMatchObject({
      code: 'bad-policy',
      param: 'policies.checked',
      message: expect.stringContaining('/etc/my-cascade'),
    })
  })

  it.each([
    [', strongPercent: 30', 'keep one of threshold and strongPercent'],
    [', hardFrom: 0.8', 'needs a router'],
    [', router: length, hardFrom: 0.2, easyBelow: 0.3', 'is above hardFrom (0.2)'],
    [', outputTokens: { medium: 3 }', '"medium" is no candidate'],
  ])('is refused with%s', (more, problem) => {
    expect(() => parseConfig(file(more), 'routellm.yaml')).toThrow(problem)
  })
})
