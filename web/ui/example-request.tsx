import type { KeysAnswer } from '../../src/server/admin/api/keys/routes.ts'
import { useResource } from '../api/use-resource.ts'
import { Link } from '../app/link.tsx'
import { Command } from './states.tsx'

type ExampleRequestProps = {
  readonly model: string
  /** Further options of curl, with a space at the end. */
  readonly options?: string
}

/** A command that sends a request, with a key if clients need one. */
export function ExampleRequest({ model, options = '' }: ExampleRequestProps) {
  const { data, error } = useResource<KeysAnswer>('/keys')
  if (data === null && error === null) return null
  const needsKey = data === null || data.keys.length + data.unnamedKeys > 0
  const key = needsKey ? '-H "authorization: Bearer $ROUTELLM_KEY" ' : ''
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  return (
    <>
      <Command
        text={`curl ${location.origin}/v1/chat/completions ${key}${options}-H 'content-type: application/json' -d '${body}'`}
      />
      {needsKey && (
        <p class="small quiet">
          Set <code>ROUTELLM_KEY</code> to the key of a client
          {data === null && ', or leave the header authorization out if clients need none'}.{' '}
          <Link href="/keys?new">Make a key</Link>
        </p>
      )}
    </>
  )
}
