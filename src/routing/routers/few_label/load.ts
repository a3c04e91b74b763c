import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { ArtifactError, ConfigError } from '../../../errors.ts'
import { loadEmbedderOfFolder } from '../../embedding/registry.ts'
import type { RouterDependencies } from '../router-kind.ts'
import { embedderOfArtifact, loadArtifactOfKind, type TrainedSpec } from '../trained-artifact.ts'
import { baseEmbedderOption, createFewLabelRouterOf } from './of-artifact.ts'
import { asBaseEmbedder, type BaseEmbedder } from './prompt-space.ts'
import type { FewLabelRouter } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` if it names none. */
export async function loadFewLabelRouter(
  spec: TrainedSpec,
  dependencies: RouterDependencies,
): Promise<FewLabelRouter> {
  const { folder, artifact } = await loadArtifactOfKind('few_label', spec, dependencies)
  const { manifest } = artifact
  if (spec.scoringStrongModel !== undefined || spec.scoringWeakModel !== undefined)
    throw new ConfigError(
      'no-scoring-models',
      `Router ${spec.name} was trained for ${manifest.pair.strong} against ${manifest.pair.weak}, so it can score no other pair. Leave --scoring-strong-model and --scoring-weak-model out, or train it for the other pair.`,
      { param: '--scoring-strong-model' },
    )
  const embedder = await loadBaseEmbedder(manifest, spec.name, dependencies)
  const further = manifest.embedder.id !== embedder.id
  // Without a further embedder one that is named all the same has to be the base, which this checks.
  const named =
    further || spec.embedder !== undefined
      ? await embedderOfArtifact(manifest, spec, dependencies)
      : undefined
  const other = further ? named : undefined
  return createFewLabelRouterOf(artifact, {
    name: spec.name,
    source: folder,
    embedder,
    ...(other !== undefined && { other }),
  })
}

/**
 * The embedder of the prompts' space of an artifact.
 *
 * @param name of the router, for errors. @throws ArtifactError `embedder-mismatch`, and what `loadEmbedderOfFolder` throws.
 */
export async function loadBaseEmbedder(
  { options }: RouterManifest,
  name: string,
  { embedderOptions }: Pick<RouterDependencies, 'embedderOptions'>,
): Promise<BaseEmbedder> {
  const id = String(options[baseEmbedderOption])
  const embedder = asBaseEmbedder(await loadEmbedderOfFolder(id, embedderOptions, name))
  if (embedder.id === id) return embedder
  throw new ArtifactError(
    'embedder-mismatch',
    `Router ${name} was trained on the embedder ${id}, and this release has ${embedder.id}. Train the router again on the same labels.`,
  )
}
