import { describe, it } from 'vitest'
import { routerArtifactContract } from '../../src/testing/index.ts'
import { goldenArtifact } from './golden-checkpoint.ts'

describe('a matrix factorization artifact', () => {
  for (const { name, run } of routerArtifactContract(goldenArtifact)) it(name, run)
})
