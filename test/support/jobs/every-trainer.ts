import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainBertHead } from '../../../src/learning/training/bert/train.ts'
import { trainCascade } from '../../../src/learning/training/cascade/train.ts'
import { makeInstructionData } from '../../../src/learning/training/causal_llm/train.ts'
import { trainCluster } from '../../../src/learning/training/cluster/train.ts'
import { trainFewLabelModels } from '../../../src/learning/training/few_label/models/train.ts'
import { loadPriorRouter } from '../../../src/learning/training/few_label/prior.ts'
import { trainFewLabel } from '../../../src/learning/training/few_label/train.ts'
import { trainNearestNeighbours } from '../../../src/learning/training/knn/train.ts'
import { trainMatrixFactorization } from '../../../src/learning/training/mf/train.ts'
import { trainSimilarityWeighted } from '../../../src/learning/training/sw_ranking/train.ts'
import { loadEmbedder } from '../../../src/routing/embedding/registry.ts'
import { writeRows } from '../artifacts/trained-artifact.ts'
import { createLetterEmbedder } from '../encoders/letter-embedder.ts'
import { writeCheckpoint } from '../encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../encoders/tiny-tokenizer.ts'

const words = 'prove show that this is prime what who hello please thanks name'.split(' ')

/** What `routellm/train` has a trainer of: kinds of routers, the verifier of a cascade, and a router of many models. */
export const trainerKinds = [
  'bert',
  'cascade',
  'causal_llm',
  'cluster',
  'few_label',
  'few_label of many models',
  'knn',
  'mf',
  'sw_ranking',
] as const

/** Every trainer of `routellm/train` on a number of rows in a folder. The caller removes the folder. */
export async function createTrainers() {
  const folder = await mkdtemp(join(tmpdir(), 'every-trainer-'))
  const encoder = await writeCheckpoint(
    join(folder, 'encoder'),
    { modelType: 'bert', vocabulary: 4 + words.length },
    wordPieceTokenizer(words),
  )
  const prior = await loadPriorRouter()
  const builtin = await loadEmbedder(prior.embedderId, {})
  const embedder = createLetterEmbedder()

  async function train(kind: (typeof trainerKinds)[number], rows: number, signal?: AbortSignal) {
    const file = join(folder, `labels-${rows}.jsonl`)
    const pool = join(folder, `pool-${rows}.jsonl`)
    const given = {
      name: 'mine',
      data: [file],
      strongModel: 'big',
      weakModel: 'small',
      ...(signal !== undefined && { signal }),
    }
    switch (kind) {
      case 'bert':
        return trainBertHead({ ...given, encoder, epochs: 2, kind: 'mlp', inference: { computeThreads: 1 } })
      case 'cascade':
        return trainCascade({ ...given, labels: [file], prior, embedder: builtin })
      case 'causal_llm':
        return makeInstructionData(given)
      case 'cluster':
        return trainCluster({ ...given, embedder })
      case 'few_label':
        return trainFewLabel({ ...given, labels: [file], prior, embedder: builtin })
      case 'few_label of many models':
        return trainFewLabelModels({
          ...given,
          labels: [pool],
          models: ['big', 'middle', 'small'],
          prior,
          embedder: builtin,
        })
      case 'knn':
        return trainNearestNeighbours({ ...given, embedder })
      case 'mf':
        return trainMatrixFactorization({
          ...given,
          embedder,
          dimensions: 8,
          epochs: 3,
          validationFraction: 0.5,
        })
      case 'sw_ranking':
        return trainSimilarityWeighted({ ...given, embedder })
    }
  }

  return {
    folder,
    train,
    /** Writes what `train` reads. */
    async writeLabels(rows: number) {
      const labels = rowsOf(rows)
      const pool = labels.map((row, index) => ({
        ...row,
        scores: { ...row.scores, middle: index % 3 === 0 ? 0 : 1 },
      }))
      await writeRows(join(folder, `labels-${rows}.jsonl`), labels, new Date(1e12))
      await writeRows(join(folder, `pool-${rows}.jsonl`), pool, new Date(1e12))
    },
  }
}

/** The strong model wins where something is to be proved, and the answers of the weak one are shorter there. */
function rowsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    prompt: `${index % 2 === 0 ? 'prove that' : 'hello'} ${words[index % 12]} ${words[(index * 7) % 12]} ${index}`,
    scores: { big: index % 9 === 0 ? 0 : 1, small: index % 2 === 0 ? 0 : 1 },
    answer: index % 2 === 0 ? 'I am not sure.' : `It is ${index}, since ${words[index % 12]} is known.`,
  }))
}
