import { Fragment } from 'preact'
import type { RequestTrace } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatExactTime, formatScore } from '../../../ui/format.ts'

type Scores = Readonly<Record<string, number>>

/** What people, judges and clients have said of the answer, and where it can be labelled. */
export function LabelFacts({ request }: { request: RequestTrace }) {
  const { id, labels, feedback, waitsForLabel } = request
  return (
    <>
      {labels.map(({ source, time, scores, actor }) => (
        <Fragment key={source}>
          <dt>Label</dt>
          <dd>
            <ScoreList scores={scores} />, by {source === 'person' ? 'a person' : 'a shadow call'}
            {actor !== null && (
              <>
                {' '}
                (<ForeignText text={actor} most={40} />)
              </>
            )}{' '}
            <span class="quiet">{formatExactTime(time)}</span>
          </dd>
        </Fragment>
      ))}
      {!labels.some(({ source }) => source === 'person') && waitsForLabel && (
        <>
          <dt>Label</dt>
          <dd>
            <Link href={`/label/${encodeURIComponent(id)}`}>Label it</Link>
          </dd>
        </>
      )}
      {feedback.map(({ time, thumbs, score, scores, correction }) => (
        <Fragment key={time}>
          <dt>Feedback</dt>
          <dd>
            {[thumbs === null ? null : `thumbs ${thumbs}`, score === null ? null : `score ${score}`]
              .filter((each) => each !== null)
              .join(', ')}
            {scores !== null && <ScoreList scores={scores} />}
            {correction !== null && <ForeignText text={correction} most={200} canOpen />}{' '}
            <span class="quiet">{formatExactTime(time)}</span>
          </dd>
        </Fragment>
      ))}
    </>
  )
}

/** `large 1, small 0` */
function ScoreList({ scores }: { scores: Scores }) {
  return (
    <>
      {Object.entries(scores).map(([model, score], index) => (
        <Fragment key={model}>
          {index > 0 && ', '}
          <ForeignText text={model} most={32} /> {formatScore(score)}
        </Fragment>
      ))}
    </>
  )
}
