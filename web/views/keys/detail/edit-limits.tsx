import { useState } from 'preact/hooks'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { ChangeKeyAnswer, KeysAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { postJson } from '../../../api/request.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { LimitFields } from '../form/limit-fields.tsx'
import { describeLimits, parseLimits, toLimits } from '../form/limits.ts'

type EditLimitsProps = {
  readonly current: ManagedKey
  readonly list: KeysAnswer
  reread(): void
  close(): void
  /** @param why what was done. */
  onDone(why: string): void
}

/** Changes the limits of a key, after saying from what to what. */
export function EditLimits({ current, list, reread, close, onDone }: EditLimitsProps) {
  const [limits, setLimits] = useState(toLimits(current))
  const [isAsking, setAsking] = useState(false)
  const [opened] = useState(() => listLimits(current))
  const { settings, problems } = parseLimits(limits)
  const change = async () => {
    try {
      const body = { name: current.name, settings, revision: list.revision }
      const { why } = await postJson<ChangeKeyAnswer>('/keys/change', body)
      onDone(why)
    } finally {
      reread()
    }
  }
  return (
    <>
      <form
        class="card stack wide key-form"
        onSubmit={(event) => {
          event.preventDefault()
          setAsking(true)
        }}
      >
        <h2>Limits</h2>
        <LimitFields isFocused limits={limits} problems={problems} list={list} set={setLimits} />
        <div class="controls">
          <button type="submit" class="primary">
            Change the limits …
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
      {isAsking && (
        <ConfirmDialog
          title={`Change the limits of ${escapeInvisible(current.name)}?`}
          action="Change the limits"
          run={change}
          close={() => setAsking(false)}
        >
          {opened !== listLimits(current) && (
            <p class="banner">
              <span>
                Changed elsewhere since you opened this: it had <ForeignText text={opened} most={400} />. What
                you have set is kept.
              </span>
            </p>
          )}
          <dl class="definitions">
            <dt>now</dt>
            <dd>
              <ForeignText text={listLimits(current)} most={400} />
            </dd>
            <dt>then</dt>
            <dd>
              <ForeignText text={listLimits(settings)} most={400} />
            </dd>
          </dl>
          <p class="quiet">They hold at once. What was used of the day and the month counts.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function listLimits(settings: Readonly<Record<string, unknown>>): string {
  return describeLimits(settings).join('; ') || 'none'
}
