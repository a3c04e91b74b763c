import QuickLRU from 'quick-lru'
import { builtinArtifactFolder } from '../../base/artifact/builtin-folder.ts'
import { ArtifactError, RouteLLMError } from '../../errors.ts'
import { isLocalEmbedder, type LocalEmbedder } from '../embedding/embedder.ts'
import type { EmbedderOptions } from '../embedding/embedder-kind.ts'
import { loadEmbedder } from '../embedding/registry.ts'
import type { FollowUpReader } from '../prompts/follow-up.ts'
import { type FollowUpWeights, followUpFileName, readFollowUpWeights } from './follow-up-weights.ts'
import { createTurnReader, readOfAnswer, turnFeatureCount } from './turn-features.ts'
import { createTurnGramReader } from './turn-grams.ts'

/** A longer turn is a complete request. UTF-16 units, without outer white space. */
export const longestFollowUp = 200
/** A conversation sends its earlier turns with each request. quick-lru keeps up to twice as many. */
const rememberedTurns = 1024

/**
 * The reader of follow-ups that the package ships, on the built-in embedder.
 *
 * @throws ArtifactError if a file is missing, damaged or of another version.
 */
export async function loadFollowUpReader(options: EmbedderOptions = {}): Promise<FollowUpReader> {
  const embedder = await loadEmbedder('builtin', options)
  if (!isLocalEmbedder(embedder)) throw new TypeError(`the embedder ${embedder.id} is not the built-in one`)
  const folder = options.builtinFolder ?? builtinArtifactFolder()
  return createFollowUpReader(embedder, await readFollowUpWeights(folder))
}

/**
 * The same reader, or undefined with a warning if its files cannot be used: a gateway without the built-in embedder still
 * decides, with lists of words.
 */
export async function findFollowUpReader(
  options: EmbedderOptions,
  onWarning?: (message: string) => void,
): Promise<FollowUpReader | undefined> {
  try {
    return await loadFollowUpReader(options)
  } catch (error) {
    if (!(error instanceof RouteLLMError)) throw error
    onWarning?.(`Follow-ups are recognised by lists of words only. ${error.message}`)
    return undefined
  }
}

/**
 * Logistic regression: a turn is a follow-up if w·[e, f] + Σ grams/√(number of grams) + b > 0, for the embedder's vector e of
 * the turn, its features f (`createTurnReader`) and its grams (`createTurnGramReader`).
 *
 * @throws ArtifactError `follow-ups-file-unusable` if the weights are for other vectors.
 */
export function createFollowUpReader(embedder: LocalEmbedder, given: FollowUpWeights): FollowUpReader {
  const { gramWeights, featureWeights } = given
  const [gramScale, bias] = [given.gramScale[0]!, given.bias[0]!]
  if (featureWeights.length !== embedder.dimensions + turnFeatureCount)
    throw new ArtifactError(
      'follow-ups-file-unusable',
      `${followUpFileName} was trained on other vectors than those of the built-in embedder here. Reinstall the package, or train it again with recipes/follow-ups/train-follow-ups.mjs.`,
    )
  const readFeatures = createFeatureReader(embedder)
  const readGrams = createTurnGramReader()

  const known = new QuickLRU<string, boolean>({ maxSize: rememberedTurns })

  function decide(text: string, answer: string): boolean {
    const features = readFeatures(text, answer)
    let logOdds = bias
    for (let column = 0; column < features.length; column++)
      logOdds += featureWeights[column]! * features[column]!
    const { places, count } = readGrams(text)
    let sum = 0
    for (let gram = 0; gram < count; gram++) sum += gramWeights[places[gram]!]!
    return logOdds + (sum * gramScale) / Math.sqrt(count) > 0
  }

  return {
    isFollowUp(turn, answer) {
      // A long text is not read to its end only to trim white space.
      if (turn.length > longestFollowUp * 2) return false
      const text = turn.trim()
      if (text === '' || text.length > longestFollowUp) return false
      const end = answer.slice(-readOfAnswer)
      const key = `${text}\u0000${end}`
      let found = known.get(key)
      if (found === undefined) {
        found = decide(text, end)
        known.set(key, found)
      }
      return found
    },
  }
}

/** The numbers [e, f] of a turn without outer white space. Valid until the next call. */
export function createFeatureReader(embedder: LocalEmbedder): (turn: string, answer: string) => Float32Array {
  const { dimensions } = embedder
  const features = new Float32Array(dimensions + turnFeatureCount)
  const vector = features.subarray(0, dimensions)
  const readTurn = createTurnReader()
  return (turn, answer) => {
    const embedded = embedder.embedNow(turn, vector)
    if (embedded !== vector) vector.set(embedded)
    readTurn(turn, answer, features, dimensions)
    return features
  }
}
