import { useState } from 'preact/hooks'
import { postJson } from '../api/request.ts'
import { Failure } from '../ui/states.tsx'

/** How to get in, for a browser without a session. @param isRefused whether a link was just refused. */
export function SignIn({ isRefused, onSignedIn }: { isRefused: boolean; onSignedIn: () => void }) {
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const submit = (event: Event) => {
    event.preventDefault()
    setBusy(true)
    postJson('/session', toCredential(secret)).then(onSignedIn, (refusal: Error) => {
      setError(refusal)
      setBusy(false)
    })
  }
  return (
    <main class="sign-in">
      <h1>routellm</h1>
      {isRefused && error === null && (
        <p class="banner" role="alert">
          That link is not right, was used before, or is older than ten minutes.
        </p>
      )}
      <p>
        Open the link that <code>routellm serve</code> prints when it starts, or paste it here. The token of{' '}
        <code>ROUTELLM_ADMIN_TOKEN</code> works too.
      </p>
      <form onSubmit={submit}>
        <input
          aria-label="Link, code or token"
          type="password"
          autocomplete="off"
          autofocus
          value={secret}
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={isBusy || secret.trim() === ''}>
          Open
        </button>
      </form>
      {error !== null && <Failure what="Not opened" error={error} />}
      <p class="quiet small">
        A running server prints a new link when it gets SIGHUP (<code>kill -HUP</code> and its process id),
        and when it is started again.
      </p>
    </main>
  )
}

/** The code of a pasted link, or what was pasted as a code or the token: a code has 22 letters. */
function toCredential(secret: string): { code: string } | { token: string } {
  const text = secret.trim()
  const linked = /[?&]code=([\w-]+)/.exec(text)?.[1]
  if (linked !== undefined) return { code: linked }
  return /^[\w-]{22}$/.test(text) ? { code: text } : { token: text }
}
