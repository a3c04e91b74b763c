import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type EmbeddingServer,
  startEmbeddingServer,
  vectorOf,
} from '../../../test/support/servers/embedding-server.ts'
import { loadEmbedder } from './registry.ts'

let server: EmbeddingServer
beforeEach(async () => {
  server = await startEmbeddingServer()
})
afterEach(() => server.close())

describe('loadEmbedder', () => {
  it('puts a cache in front', async () => {
    const embedder = await loadEmbedder('openai-compatible:tiny', { baseUrl: server.baseUrl, dimensions: 3 })
    expect(embedder.id).toBe('openai-compatible:tiny')
    for (let time = 0; time < 3; time++)
      expect(await embedder.embed(['ab'])).toEqual([Float32Array.from(vectorOf('ab'))])
    expect(server.requests.length).toBe(1)
  })

  it('keeps colons in the name of a model', async () => {
    const embedder = await loadEmbedder(
      'openai-compatible:nomic-embed-text:latest',
      { baseUrl: server.baseUrl },
      3,
    )
    await embedder.embed(['x'])
    expect(server.requests.map(({ body }) => body.model)).toEqual(['nomic-embed-text:latest'])
  })

  it('asks how long the vectors are only where nobody says so', async () => {
    const options = { baseUrl: server.baseUrl }
    expect((await loadEmbedder('openai-compatible:tiny', options, 8)).dimensions).toBe(8)
    expect((await loadEmbedder('openai-compatible:text-embedding-3-small', options)).dimensions).toBe(1536)
    expect(server.requests).toEqual([])
    expect((await loadEmbedder('openai-compatible:tiny', options)).dimensions).toBe(3)
    expect(server.requests.length).toBe(1)
  })

  it.each<[string, number | undefined, number | undefined, number | undefined]>([
    // model | option | what the router needs | what the endpoint is asked for
    ['tiny', 3, undefined, 3],
    ['tiny', undefined, 3, undefined],
    ['text-embedding-3-small', 1536, undefined, undefined],
    ['text-embedding-3-small', undefined, 3, 3],
    ['text-embedding-3-small', undefined, 1536, undefined],
  ])('%s with dimensions %s where %s are needed asks for %s', async (model, dimensions, needed, asked) => {
    const options = { baseUrl: server.baseUrl, ...(dimensions !== undefined && { dimensions }) }
    const embedder = await loadEmbedder(`openai-compatible:${model}`, options, needed)
    await embedder.embed(['x']).catch(() => undefined)
    expect(server.requests[0]?.body.dimensions).toBe(asked)
  })

  it.each([
    [
      'word2vec',
      'unknown-embedder',
      /Choose builtin, openai-compatible:<model> such as .*, or onnx:<folder or hub id>/,
    ],
    ['', 'unknown-embedder', /no embedder ""/],
    ['constructor', 'unknown-embedder', /no embedder "constructor"/],
    ['openai-compatible', 'no-embedding-url', /needs a model/],
    ['openai-compatible:', 'no-embedding-url', /needs a model/],
    ['openai-compatible:tiny', 'no-embedding-url', /Where tiny is served is not known/],
  ])('refuses %j', async (spec, code, message) => {
    await expect(loadEmbedder(spec, {})).rejects.toMatchObject({ code })
    await expect(loadEmbedder(spec, {})).rejects.toThrow(message)
  })
})
