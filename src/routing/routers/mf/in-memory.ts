import { trainedInMemory } from '../in-memory-kind.ts'
import { mf } from './kind.ts'
import { createMatrixFactorizationRouter } from './router.ts'
import { weightsOfArtifact } from './weights.ts'

export const mfInMemory = trainedInMemory(
  mf,
  ({ name, scoringStrongModel, scoringWeakModel }, { artifact, source, embedder }) => {
    const { pair, calibration } = artifact.manifest
    const isOwnPair = scoringStrongModel === undefined && scoringWeakModel === undefined
    return createMatrixFactorizationRouter({
      name,
      weights: weightsOfArtifact(artifact, source),
      pair: { strong: scoringStrongModel ?? pair.strong, weak: scoringWeakModel ?? pair.weak },
      embedder,
      ...(calibration !== undefined && isOwnPair && { winRateQuantiles: calibration.winRateQuantiles }),
    })
  },
)
