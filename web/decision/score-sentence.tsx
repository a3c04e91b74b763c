import { ForeignText } from '../ui/foreign-text.tsx'

type ScoreSentenceProps = {
  readonly winRate: number
  readonly threshold: number
  /** The models of the pair; null if they are not known. */
  readonly strong: string | null
  readonly weak: string | null
}

/** What the score is, and why the model with the lower win rate can answer. */
export const scoreMeaning =
  'The score estimates how often the strong model answers better than the weak one. The strong model answers if the score reaches the threshold.'

/** `Score 0.490 is above the threshold 0.450 → large`: the model that the score asks for. */
export function ScoreSentence({ winRate, threshold, strong, weak }: ScoreSentenceProps) {
  const isStrong = winRate >= threshold
  const relation = winRate === threshold ? 'at' : isStrong ? 'above' : 'below'
  const model = isStrong ? strong : weak
  const digits = findDigits(winRate, threshold)
  return (
    <>
      Score {winRate.toFixed(digits)} is {relation} the threshold {threshold.toFixed(digits)} →{' '}
      <strong>
        {model === null ? (
          `the ${isStrong ? 'strong' : 'weak'} model`
        ) : (
          <ForeignText text={model} most={40} />
        )}
      </strong>
    </>
  )
}

/** Three digits, or as many as tell the two apart. */
function findDigits(one: number, other: number): number {
  let digits = 3
  while (digits < 12 && one !== other && one.toFixed(digits) === other.toFixed(digits)) digits++
  return digits
}
