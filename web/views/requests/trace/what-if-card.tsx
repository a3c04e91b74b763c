import { useState } from 'preact/hooks'
import type { WhatIfAnswer } from '../../../../src/server/admin/api/what-if.ts'
import type { RequestTrace } from '../../../../src/store/reader/answers.ts'
import { postJson } from '../../../api/request.ts'
import { useResource } from '../../../api/use-resource.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { Failure } from '../../../ui/states.tsx'

/** Decides the same request by another policy, router or threshold. No model is called. */
export function WhatIfCard({ request }: { request: RequestTrace }) {
  const names = useResource<readonly string[]>(request.text === null ? null : '/models')
  const [model, setModel] = useState('auto')
  const [answer, setAnswer] = useState<WhatIfAnswer | Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  if (request.text === null) return null
  const decide = (event: Event) => {
    event.preventDefault()
    setBusy(true)
    postJson<WhatIfAnswer>('/what-if', { requestId: request.id, model })
      .then(setAnswer, setAnswer)
      .finally(() => setBusy(false))
  }
  return (
    <section class="card">
      <h2>What if</h2>
      <form class="controls" onSubmit={decide}>
        <label>
          Decided by{' '}
          <input
            list="what-if-names"
            value={model}
            onInput={(event) => setModel(event.currentTarget.value)}
            size={28}
          />
        </label>
        <datalist id="what-if-names">
          {(names.data ?? []).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" disabled={isBusy || model.trim() === ''}>
          Decide
        </button>
      </form>
      {answer instanceof Error ? (
        <Failure what="Not decided" error={answer} />
      ) : (
        answer !== null && (
          <p aria-live="polite">
            <strong>
              <ForeignText text={answer.model} />
            </strong>{' '}
            {answer.model === request.model ? 'again' : 'instead'}:{' '}
            <ForeignText text={answer.explanation.summary} most={600} />
          </p>
        )
      )}
    </section>
  )
}
