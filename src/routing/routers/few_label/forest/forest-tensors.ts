import type { Tensor } from '../../../../base/artifact/safetensors.ts'
import { float32Tensor } from '../../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../../errors.ts'
import { float32Column, int32Column, int32Tensor, tensorNamed } from '../../labelled-prompts/tensors.ts'
import { type Forest, leaf } from './forest.ts'

/** `forest_roots` I32 [trees]; `forest_features` I32, `forest_thresholds`, `forest_children` I32 and `forest_values` [nodes]. */
export function tensorsOfForest({
  roots,
  features,
  thresholds,
  children,
  values,
}: Forest): [string, Tensor][] {
  return [
    ['forest_roots', int32Tensor(roots)],
    ['forest_features', int32Tensor(features)],
    ['forest_thresholds', float32Tensor(thresholds, [thresholds.length])],
    ['forest_children', int32Tensor(children)],
    ['forest_values', float32Tensor(values, [values.length])],
  ]
}

/** @throws ArtifactError `weights-missing`, `weights-shape`. */
export function forestOfTensors(tensors: ReadonlyMap<string, Tensor>, source: string): Forest {
  const lengthOf = (name: string) => tensorNamed(tensors, name, source).shape[0] ?? 0
  const nodes = lengthOf('forest_features')
  return {
    roots: int32Column(tensors, 'forest_roots', lengthOf('forest_roots'), source),
    features: int32Column(tensors, 'forest_features', nodes, source),
    thresholds: float32Column(tensors, 'forest_thresholds', nodes, source),
    children: int32Column(tensors, 'forest_children', nodes, source),
    values: float32Column(tensors, 'forest_values', nodes, source),
  }
}

/**
 * Checks that each walk through the forest reads inputs that exist and ends.
 *
 * @param inputs how many a prompt has. @throws ArtifactError `weights-invalid`.
 */
export function checkForest({ roots, features, children }: Forest, inputs: number, source: string): void {
  const nodes = features.length
  const refuse = (what: string): never => {
    throw new ArtifactError('weights-invalid', `${source} has ${what}. Train the router again.`)
  }
  const root = roots.find((place) => place < 0 || place >= nodes)
  if (root !== undefined) refuse(`a tree with the root ${root} of ${nodes} nodes`)
  for (let node = 0; node < nodes; node++) {
    const feature = features[node]!
    if (feature === leaf) continue
    if (feature < 0 || feature >= inputs) refuse(`a tree that asks for the input ${feature} of ${inputs}`)
    const first = children[node]!
    if (first <= node || first + 1 >= nodes)
      refuse(`a node ${node} with children at ${first} of ${nodes} nodes`)
  }
}
