import { factsOf } from '../../../routing/routers/rules/prompt-facts.ts'
import type { LoggedRequest } from '../../formats/logs/log-format.ts'

/** The dimensions that a log is divided by. */
export type SegmentDimension = 'model' | 'tag' | 'user' | 'key' | 'endpoint' | 'kind' | 'language' | 'length'

/** Dimensions that the log states. Any of them may be missing. */
export const loggedDimensions: readonly SegmentDimension[] = ['model', 'tag', 'user', 'key', 'endpoint']
/** Dimensions of the prompt's text. */
export const textDimensions: readonly SegmentDimension[] = ['kind', 'language', 'length']
export const segmentDimensions: readonly SegmentDimension[] = [...loggedDimensions, ...textDimensions]

/** The values of a request: several for its tags, none if the log lacks them. */
export function loggedSegment(
  { model, tags, user, key, endpoint }: LoggedRequest,
  dimension: SegmentDimension,
): readonly string[] {
  switch (dimension) {
    case 'model':
      return [model]
    case 'tag':
      return tags
    case 'user':
      return user === undefined ? [] : [user]
    case 'key':
      return key === undefined ? [] : [key]
    case 'endpoint':
      return endpoint === undefined ? [] : [endpoint]
    default:
      return []
  }
}

export type TextSegments = { readonly kind: string; readonly language: string; readonly length: string }

/** Finds the values of the text with the detectors of the rules router. */
export function textSegments({ prompt }: LoggedRequest): TextSegments {
  const facts = factsOf(prompt)
  return {
    kind: facts.code() ? 'code' : facts.maths() ? 'maths' : 'other text',
    language: facts.language(),
    length: lengthBand(facts.characters),
  }
}

const bands = [
  [100, 'up to 100 characters'],
  [500, '101 to 500'],
  [2000, '501 to 2,000'],
  [8000, '2,001 to 8,000'],
] as const

const longestBand = 'over 8,000'

/** Every value of `length`, shortest first. */
export const lengthBands: readonly string[] = [...bands.map(([, name]) => name), longestBand]

function lengthBand(characters: number): string {
  return bands.find(([longest]) => characters <= longest)?.[1] ?? longestBand
}
