import { useState } from 'preact/hooks'
import { findKeyNameProblem } from '../../../src/config/key-fields/key-name.ts'
import type { CreateKeyAnswer, KeysAnswer } from '../../../src/server/admin/api/keys/routes.ts'
import { postJson } from '../../api/request.ts'
import { Link } from '../../app/link.tsx'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { CheckedField } from './form/checked-field.tsx'
import { LimitFields } from './form/limit-fields.tsx'
import { describeLimits, parseLimits, toLimits } from './form/limits.ts'
import { ShownKey } from './shown-key.tsx'

type NewKeyProps = { readonly list: KeysAnswer; reread(): void }

/** Makes a key: its name and limits, what will happen, and the key itself, once. */
export function NewKey({ list, reread }: NewKeyProps) {
  const [name, setName] = useState('')
  const [limits, setLimits] = useState(toLimits(null))
  const [isAsking, setAsking] = useState(false)
  const [made, setMade] = useState<CreateKeyAnswer | null>(null)
  if (made !== null) return <ShownKey name={name} made={made} />
  const { settings, problems } = parseLimits(limits)
  const isFirst = list.keys.length + list.unnamedKeys === 0
  const create = async () => {
    try {
      setMade(await postJson<CreateKeyAnswer>('/keys', { name, settings, revision: list.revision }))
    } finally {
      reread()
    }
  }
  return (
    <>
      <header class="view-head">
        <h1>New key</h1>
        <Link href="/keys" class="button">
          All keys
        </Link>
      </header>
      <form
        class="card stack wide key-form"
        onSubmit={(event) => {
          event.preventDefault()
          setAsking(true)
        }}
      >
        <CheckedField
          title="Name"
          hint="public: it is in the request log and in metrics"
          problem={name === '' ? null : findKeyNameProblem(name)}
          isRequired
          isFocused
          placeholder="web"
          value={name}
          set={setName}
        />
        <LimitFields limits={limits} problems={problems} list={list} set={setLimits} />
        <button type="submit" class="primary">
          Make the key …
        </button>
      </form>
      {isAsking && (
        <ConfirmDialog
          title={`Make the key ${escapeInvisible(name)}?`}
          action="Make the key"
          run={create}
          close={() => setAsking(false)}
        >
          <p>
            Its HMAC, not the key itself, is written to <ForeignText text={list.file} most={200} />. It is
            admitted at once: {describeLimits(settings).join('; ') || 'without limits'}.
          </p>
          {isFirst && (
            <p class="banner">
              It is the first key. From then on every client needs one: programs that use the gateway without
              a key get 401. This page goes on working.
            </p>
          )}
        </ConfirmDialog>
      )}
    </>
  )
}
