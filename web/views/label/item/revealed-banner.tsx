import type { RevealedModel } from '../../../../src/server/admin/actions/label-actions.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatUsd } from '../../../ui/format.ts'
import type { Labelling } from './use-labelling.ts'

/** What the last answer was about: the names, once the choice is made. */
export function RevealedBanner({ labelling }: { labelling: Labelling }) {
  const { revealed, undo, busy } = labelling
  if (revealed === null) return null
  const { models, requestId, verdict } = revealed
  const [first, second] = models
  return (
    <div class="banner revealed" role="status">
      <p>
        {first === undefined ? (
          'Skipped: nobody can say.'
        ) : second === undefined ? (
          <>
            {verdict === 'good' ? 'Good enough' : 'Not good enough'}: <ModelFigures of={first} />
          </>
        ) : (
          <>
            {sayings[verdict]} Left was <ModelFigures of={first} />, right <ModelFigures of={second} />
          </>
        )}
      </p>
      <span class="controls">
        <button type="button" disabled={busy === 'answering'} onClick={undo}>
          Undo <kbd>u</kbd>
        </button>
        <Link href={`/requests/${encodeURIComponent(requestId)}`}>Open the request</Link>
      </span>
    </div>
  )
}

const sayings: Readonly<Record<string, string>> = {
  left: 'Left is better.',
  right: 'Right is better.',
  equal: 'Equally good.',
  bad: 'Both are bad.',
}

function ModelFigures({ of: { model, score, usd } }: { of: RevealedModel }) {
  return (
    <>
      <strong>
        <ForeignText text={model} most={40} />
      </strong>{' '}
      (score {score}, {usd === null ? 'cost not known' : formatUsd(usd)})
    </>
  )
}
