import assert from 'node:assert/strict'
import { EmbeddingError } from '../../errors.ts'
import type { EmbeddingRouter } from '../../routing/routers/router.ts'
import type { ContractCase } from '../contract-case.ts'

/** The rules of `EmbeddingRouter`; part of `routerContract`. */
export function embeddingRouterCases(createRouter: () => Promise<EmbeddingRouter>): ContractCase[] {
  return [
    {
      name: 'it has the id of its embedder and the length of its vectors',
      run: async () => {
        const router = await createRouter()
        assert.notEqual(router.embedderId, '')
        assert.ok(Number.isSafeInteger(router.dimensions) && router.dimensions > 0, `${router.dimensions}`)
      },
    },
    {
      name: 'an embedding has a win rate in [0, 1], large values included',
      run: async () => {
        const router = await createRouter()
        for (const scale of [0, 1e-3, 1, 1e3, 1e30]) {
          const winRate = router.strongWinRateOfEmbedding(wave(router.dimensions, scale))
          assert.ok(winRate >= 0 && winRate <= 1, `the win rate at scale ${scale} is ${winRate}`)
        }
      },
    },
    {
      name: 'equal embeddings have equal win rates, as numbers or as a Float32Array',
      run: async () => {
        const router = await createRouter()
        const embedding = Float32Array.from(wave(router.dimensions, 1))
        const winRate = router.strongWinRateOfEmbedding(embedding)
        router.strongWinRateOfEmbedding(wave(router.dimensions, -2))
        assert.equal(router.strongWinRateOfEmbedding(Array.from(embedding)), winRate)
      },
    },
    ...brokenEmbeddings.map(({ kind, spoil }) => ({
      name: `an embedding ${kind} is refused`,
      run: async () => {
        const router = await createRouter()
        const spoilt = spoil(wave(router.dimensions, 1))
        assert.throws(() => router.strongWinRateOfEmbedding(spoilt), EmbeddingError)
      },
    })),
  ]
}

const brokenEmbeddings: readonly { kind: string; spoil(embedding: number[]): number[] }[] = [
  { kind: 'of no numbers', spoil: () => [] },
  { kind: 'one number too short', spoil: (embedding) => embedding.slice(1) },
  { kind: 'one number too long', spoil: (embedding) => [...embedding, 0] },
  { kind: 'with NaN', spoil: (embedding) => embedding.with(-1, Number.NaN) },
  { kind: 'with an infinite number', spoil: (embedding) => embedding.with(0, Number.POSITIVE_INFINITY) },
]

function wave(dimensions: number, scale: number): number[] {
  return Array.from({ length: dimensions }, (_, index) => Math.sin(index + 1) * scale)
}
