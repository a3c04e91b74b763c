import { describe, it } from 'vitest'
import { verifierContract } from '../../src/testing/index.ts'
import { lengthVerifier } from '../support/cascade/length-verifier.ts'

describe('by the length of the answer', () => {
  for (const { name, run } of verifierContract(() => lengthVerifier)) it(name, run)
})
