import type { Checkpoint } from './checkpoint.ts'
import type { CheckpointTensors, StoredTensor } from './checkpoint-tensors.ts'
import type { Encoder } from './families/family.ts'
import { createGraph, type Graph, type Value } from './graph/graph.ts'
import { createStoredParameters, type Parameters, storedTensor } from './layers/parameters.ts'
import { firstToken, type Pooling, pool, poolingParts } from './layers/pooling.ts'
import { sequenceInputs } from './layers/sequence.ts'
import type { Network } from './layers/transformer.ts'

/** The output of the encoder for each text. */
export type Head =
  /** The checkpoint's classifier: one logit per label. */
  | { readonly kind: 'classification'; readonly labels: number }
  /** One vector of `poolingParts` times the encoder's size. */
  | { readonly kind: 'embedding'; readonly pooling: Pooling; readonly normalise: boolean }

/** Numbers per text that the graph's output `result` has. */
export function headWidth(head: Head, encoder: Encoder): number {
  return head.kind === 'classification' ? head.labels : poolingParts(head.pooling) * encoder.size
}

/**
 * An ONNX model of the encoder with a head. Its weights refer to places in the checkpoint's files.
 *
 * Inputs `tokens` and `mask`, int32 [batch, length]; output `result`, float32 [batch, width].
 *
 * @throws ArtifactError `checkpoint-unfit` if the weights are not those that config.json describes.
 */
export function encodeEncoderGraph(
  encoder: Encoder,
  tensors: CheckpointTensors,
  head: Head,
  parametersOf: (graph: Graph, tensors: CheckpointTensors) => Parameters = createStoredParameters,
): Uint8Array {
  const graph = createGraph()
  buildNetwork(graph, encoder, tensors, head, parametersOf(graph, tensors))
  return graph.encode()
}

/** The role of a checkpoint's tensor in an encoder with this head. */
export type TensorUse = { readonly kind: 'matrix' | 'table' | 'exact'; readonly tensor: StoredTensor }

/** Every tensor that the graph would use, in order, each once. */
export function tensorUses(encoder: Encoder, tensors: CheckpointTensors, head: Head): TensorUse[] {
  const graph = createGraph()
  const stored = createStoredParameters(graph, tensors)
  const uses = new Map<string, TensorUse>()
  const note = (kind: TensorUse['kind'], name: string, shape: readonly number[]) =>
    uses.set(name, { kind, tensor: { ...storedTensor(tensors, name, shape), name } })
  buildNetwork(graph, encoder, tensors, head, {
    vector(name, size) {
      note('exact', name, [size])
      return stored.vector(name, size)
    },
    rows(name, shape, indices) {
      note('table', name, shape)
      return stored.rows(name, shape, indices)
    },
    linear(prefix, shape, x) {
      note(shape.precise === true ? 'exact' : 'matrix', `${prefix}.weight`, [shape.outputs, shape.inputs])
      note('exact', `${prefix}.bias`, [shape.outputs])
      return stored.linear(prefix, shape, x)
    },
  })
  return [...uses.values()]
}

function buildNetwork(
  graph: Graph,
  encoder: Encoder,
  { tensors }: CheckpointTensors,
  head: Head,
  parameters: Parameters,
): void {
  const network = { graph, parameters, sequence: sequenceInputs(graph) }
  const prefix = prefixOf(encoder, tensors)
  const hidden = encoder.build(network, prefix)
  graph.output('result', resultOf(network, encoder, head, prefix, hidden), 'float32', [
    'batch',
    headWidth(head, encoder),
  ])
}

/** How the names of the encoder's tensors begin in a checkpoint. */
export function prefixOf({ prefixes, landmark }: Encoder, tensors: CheckpointTensors['tensors']): string {
  return prefixes.find((prefix) => tensors.has(prefix + landmark)) ?? prefixes[0] ?? ''
}

/** Labels of the checkpoint's classifier. Undefined if it has none. */
export function labelsOf({ encoder, tensors }: Pick<Checkpoint, 'encoder' | 'tensors'>): number | undefined {
  const { output } = encoder.classifierLayers(prefixOf(encoder, tensors.tensors))
  return tensors.tensors.get(`${output}.weight`)?.shape[0]
}

function resultOf(network: Network, encoder: Encoder, head: Head, prefix: string, hidden: Value): Value {
  if (head.kind === 'classification') return classify(network, encoder, prefix, head.labels, hidden)
  return pool(network, head.pooling, hidden, head.normalise)
}

/** The classifier of all these families in transformers: output(tanh(hidden(first token))). */
function classify(
  { graph, parameters }: Network,
  { size, classifierLayers }: Encoder,
  prefix: string,
  labels: number,
  hidden: Value,
): Value {
  const layers = classifierLayers(prefix)
  const square = { inputs: size, outputs: size, precise: true } as const
  const inner = graph.node('Tanh', [parameters.linear(layers.hidden, square, firstToken(graph, hidden))])
  return parameters.linear(layers.output, { inputs: size, outputs: labels, precise: true }, inner)
}
