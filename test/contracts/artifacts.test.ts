import { describe, it } from 'vitest'
import { routerArtifactContract } from '../../src/testing/index.ts'
import { goldenArtifact } from '../support/encoders/golden-checkpoint.ts'

describe('a matrix factorization artifact', () => {
  for (const { name, run } of routerArtifactContract(goldenArtifact)) it(name, run)
})
