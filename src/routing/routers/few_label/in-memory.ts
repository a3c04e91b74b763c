import { ArtifactError } from '../../../errors.ts'
import { trainedInMemory } from '../in-memory-kind.ts'
import { fewLabel } from './kind.ts'
import { baseEmbedderOption, createFewLabelRouterOf } from './of-artifact.ts'

export const fewLabelInMemory = trainedInMemory(fewLabel, ({ name }, { artifact, source, embedder }) => {
  const id = String(artifact.manifest.options[baseEmbedderOption])
  if (id !== embedder.id)
    throw new ArtifactError(
      'embedder-mismatch',
      `Router ${name} was trained on the embedder ${id}, and this release has ${embedder.id}. Train the router again on the same labels.`,
    )
  return createFewLabelRouterOf(artifact, { name, source, embedder })
})
