import { useEffect, useRef, useState } from 'preact/hooks'
import { formatExactSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { WhatIfAnswer } from '../../../../src/server/admin/api/what-if.ts'
import type { RequestTrace } from '../../../../src/store/reader/answers.ts'
import { postJson } from '../../../api/request.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Decided } from '../../../decision/decided.tsx'
import { NamePicker } from '../../../decision/name-picker.tsx'
import { Failure } from '../../../ui/states.tsx'

/** Decides the same request by another policy, router or threshold when asked, because a remote router costs dollars. */
export function WhatIfCard({ request }: { request: RequestTrace }) {
  const names = useResource<readonly string[]>(request.text === null ? null : '/models')
  const [name, setName] = useState('auto')
  const [answer, setAnswer] = useState<WhatIfAnswer | Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const control = useRef<AbortController | null>(null)
  useEffect(() => () => control.current?.abort(), [])
  if (request.text === null) return null
  const choose = (model: string) => {
    control.current?.abort()
    setName(model)
    setAnswer(null)
    setBusy(false)
  }
  const decide = (model: string) => {
    control.current?.abort()
    const own = new AbortController()
    control.current = own
    const settle = (settled: WhatIfAnswer | Error) => {
      if (own.signal.aborted) return
      setAnswer(settled)
      setBusy(false)
    }
    setName(model)
    setBusy(true)
    postJson<WhatIfAnswer>('/what-if', { requestId: request.id, model }, { signal: own.signal }).then(
      settle,
      settle,
    )
  }
  return (
    <section class="card stack wide decision" aria-label="What if" aria-busy={isBusy}>
      <h2>What if</h2>
      {names.error !== null && (
        <Failure what="The models cannot be listed" error={names.error} retry={names.retry} />
      )}
      <div class="controls">
        <NamePicker name={name} names={names.data ?? []} onChange={choose} />
        <button type="button" onClick={() => decide(name)}>
          {isBusy ? 'Deciding …' : 'Decide'}
        </button>
      </div>
      {answer instanceof Error ? (
        <Failure what="Not decided" error={answer} retry={() => decide(name)} />
      ) : (
        answer !== null && (
          <Decided
            decision={answer}
            verb={`would answer${request.model === null ? '' : answer.model === request.model ? ' again' : ' instead'}`}
            onThreshold={(router, threshold) => decide(`router-${router}-${formatExactSetting(threshold)}`)}
          />
        )
      )}
    </section>
  )
}
