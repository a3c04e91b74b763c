import { z } from 'zod'
import type { Value } from '../graph/graph.ts'
import { perSequence, perToken } from '../layers/sequence.ts'
import { feedForward, layerNorm, type Network, selfAttention } from '../layers/transformer.ts'
import type { Encoder } from './family.ts'

const activations = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
} as const

const size = z.int().min(1).max(65_536)

/** What is read of `config.json`; its other keys matter to training only. Defaults are transformers'. */
const bertConfigSchema = z
  .object({
    hidden_size: size,
    num_hidden_layers: z.int().min(1).max(256),
    num_attention_heads: size,
    intermediate_size: size,
    vocab_size: z.int().min(1).max(10_000_000),
    max_position_embeddings: z.int().min(1).max(1_000_000),
    type_vocab_size: z.int().min(1).max(1024).default(2),
    hidden_act: z.enum(Object.keys(activations) as (keyof typeof activations)[]).default('gelu'),
    layer_norm_eps: z.number().min(0).max(1).default(1e-12),
    pad_token_id: z.int().min(0).nullish(),
    position_embedding_type: z.literal('absolute').default('absolute'),
    is_decoder: z.literal(false).default(false),
  })
  .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
    path: ['num_attention_heads'],
    message: 'must divide hidden_size',
  })
  .refine(({ pad_token_id, vocab_size }) => (pad_token_id ?? 0) < vocab_size, {
    path: ['pad_token_id'],
    message: 'must be below vocab_size',
  })

type BertConfig = z.output<typeof bertConfigSchema>

/** BERT: positions count from 0, and the classifier uses the pooler. */
export const bertConfig = bertConfigSchema.transform(
  (config): Encoder => ({
    ...common(config, config.pad_token_id ?? 0),
    maxTokens: config.max_position_embeddings,
    prefixes: ['bert.', ''],
    classifierClass: 'BertForSequenceClassification',
    classifierLayers: (prefix) => ({ hidden: `${prefix}pooler.dense`, output: 'classifier' }),
    build: (network, prefix) => buildLayers(network, config, prefix, countedPositions(network)),
  }),
)

/** RoBERTa and XLM-RoBERTa: positions count from the padding token's number, and the classifier has its own layer. */
export const robertaConfig = robertaConfigOf('RobertaForSequenceClassification')
export const xlmRobertaConfig = robertaConfigOf('XLMRobertaForSequenceClassification')

function robertaConfigOf(classifierClass: string) {
  return bertConfigSchema
    .refine(
      ({ pad_token_id, max_position_embeddings }) => max_position_embeddings > (pad_token_id ?? 1) + 1,
      {
        path: ['max_position_embeddings'],
        message: 'must be more than pad_token_id + 1, because positions count from there',
      },
    )
    .transform((config): Encoder => {
      const padToken = config.pad_token_id ?? 1
      return {
        ...common(config, padToken),
        maxTokens: config.max_position_embeddings - padToken - 1,
        prefixes: ['roberta.', ''],
        classifierClass,
        classifierLayers: () => ({ hidden: 'classifier.dense', output: 'classifier.out_proj' }),
        build: (network, prefix) => buildLayers(network, config, prefix, positionsFrom(network, padToken)),
      }
    })
}

function common(config: BertConfig, padToken: number) {
  return {
    size: config.hidden_size,
    layers: config.num_hidden_layers,
    vocabulary: config.vocab_size,
    padToken,
    landmark: 'embeddings.word_embeddings.weight',
  }
}

/** int64 [length]: 0, 1, 2, … */
function countedPositions({ graph, sequence }: Network): Value {
  const length = graph.node('Gather', [sequence.shape, graph.integer(1, 'int64')])
  return graph.node('Range', [graph.integer(0, 'int64'), length, graph.integer(1, 'int64')])
}

/** int32 [batch, length]: p + 1, p + 2, … for tokens, p wherever the token is the padding token p. */
function positionsFrom({ graph, sequence }: Network, padToken: number): Value {
  const pad = graph.integer(padToken, 'int32')
  const isToken = graph.node('Cast', [graph.node('Not', [graph.node('Equal', [sequence.tokens, pad])])], {
    to: 6,
  })
  const count = graph.node('CumSum', [isToken, graph.integer(1, 'int64')])
  return graph.node('Add', [graph.node('Mul', [count, isToken]), pad])
}

function buildLayers(network: Network, config: BertConfig, prefix: string, positions: Value): Value {
  const { graph, parameters, sequence } = network
  const norm = { size: config.hidden_size, epsilon: config.layer_norm_eps }
  const embeddings = `${prefix}embeddings`
  const table = (name: string, rows: number, indices: Value) =>
    parameters.rows(`${embeddings}.${name}_embeddings.weight`, [rows, norm.size], indices)
  // Every prompt is one segment: token type 0.
  const type = table('token_type', config.type_vocab_size, graph.integer(0, 'int64'))
  const words = table('word', config.vocab_size, sequence.tokens)
  const places = table('position', config.max_position_embeddings, positions)
  const sum = graph.node('Add', [graph.node('Add', [words, type]), places])
  let x = layerNorm(network, `${embeddings}.LayerNorm`, norm, perToken(graph, sum, norm.size))
  for (let layer = 0; layer < config.num_hidden_layers; layer++)
    x = buildLayer(network, config, `${prefix}encoder.layer.${layer}`, x)
  return perSequence(graph, sequence, x, norm.size)
}

/** Attention and feed-forward, each added to what came in and normalised afterwards. */
function buildLayer(network: Network, config: BertConfig, layer: string, x: Value): Value {
  const { graph, parameters } = network
  const norm = { size: config.hidden_size, epsilon: config.layer_norm_eps }
  const self = `${layer}.attention.self`
  const attended = selfAttention(
    network,
    {
      size: norm.size,
      heads: config.num_attention_heads,
      query: `${self}.query`,
      key: `${self}.key`,
      value: `${self}.value`,
    },
    x,
  )
  const output = `${layer}.attention.output`
  const projected = parameters.linear(`${output}.dense`, { inputs: norm.size, outputs: norm.size }, attended)
  const between = layerNorm(network, `${output}.LayerNorm`, norm, graph.node('Add', [projected, x]))
  const fed = feedForward(
    network,
    {
      size: norm.size,
      inner: config.intermediate_size,
      activation: activations[config.hidden_act],
      first: `${layer}.intermediate.dense`,
      second: `${layer}.output.dense`,
    },
    between,
  )
  return layerNorm(network, `${layer}.output.LayerNorm`, norm, graph.node('Add', [fed, between]))
}
