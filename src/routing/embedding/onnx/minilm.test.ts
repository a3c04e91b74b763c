import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { describeWith, requirement } from '../../../../test/support/requirement.ts'
import { loadOnnxEmbedder } from './embedder.ts'

const golden = fileURLToPath(new URL('../../../../test/golden/minilm_cases.json', import.meta.url))
const { cases }: { cases: { text: string; embedding: number[] }[] } = JSON.parse(
  await readFile(golden, 'utf8'),
)

describe('the golden cases', () => {
  it('are twenty vectors of unit length', () => {
    expect(cases).toHaveLength(20)
    for (const { embedding } of cases) {
      expect(embedding).toHaveLength(384)
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5)
    }
  })
})

/** The vectors were computed by an implementation in NumPy that shares no code with this one. */
describeWith(await requirement('MiniLM'), 'all-MiniLM-L6-v2', (folder) => {
  const caches: string[] = []
  afterAll(() => Promise.all(caches.map((cache) => rm(cache, { recursive: true }))))

  async function vectorsOf(name: string, inTurn: boolean): Promise<Float32Array[]> {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'minilm-'))
    caches.push(cacheFolder)
    const embedder = await loadOnnxEmbedder(name, { inference: { cacheFolder } })
    const texts = cases.map(({ text }) => text)
    try {
      if (!inTurn) return await embedder.embed(texts)
      const vectors: Float32Array[] = []
      for (const text of texts) vectors.push(...(await embedder.embed([text])))
      return vectors
    } finally {
      await embedder.close()
    }
  }

  it.each([
    ['one at a time', true],
    ['all at once', false],
  ])(
    'has the vectors of the independent implementation to 1e-6, %s',
    async (_, inTurn) => {
      const vectors = await vectorsOf(folder, inTurn)
      const apart = cases.map(({ embedding }, index) =>
        Math.max(...embedding.map((number, column) => Math.abs(number - (vectors[index]?.[column] ?? NaN)))),
      )
      expect(Math.max(...apart)).toBeLessThan(1e-6)
    },
    60_000,
  )

  it('has in 8 bits a cosine to them of at least .997 each and .999 on average', async () => {
    const vectors = await vectorsOf(`${folder}#int8`, true)
    const cosines = cases.map(({ embedding }, index) => {
      const vector = vectors[index]!
      const product = embedding.reduce((sum, number, column) => sum + number * vector[column]!, 0)
      return product / Math.hypot(...embedding) / Math.hypot(...vector)
    })
    expect(Math.min(...cosines)).toBeGreaterThan(0.997)
    expect(cosines.reduce((sum, cosine) => sum + cosine) / cosines.length).toBeGreaterThan(0.999)
  }, 60_000)
})
