import { ForeignText } from '../ui/foreign-text.tsx'

type ScoreSentenceProps = {
  readonly winRate: number
  readonly threshold: number
  /** The models of the pair; null if they are not known. */
  readonly strong: string | null
  readonly weak: string | null
}

/** `Score .490 is above the threshold .450 → large`: the model that the score asks for. */
export function ScoreSentence({ winRate, threshold, strong, weak }: ScoreSentenceProps) {
  const isStrong = winRate >= threshold
  const relation = winRate === threshold ? 'at' : isStrong ? 'above' : 'below'
  const model = isStrong ? strong : weak
  const digits = findDigits(winRate, threshold)
  return (
    <>
      Score {formatShort(winRate, digits)} is {relation} the threshold {formatShort(threshold, digits)} →{' '}
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

/** `.490` */
function formatShort(share: number, digits: number): string {
  return share.toFixed(digits).replace(/^0(?=\.)/, '')
}
