import { useEffect, useRef } from 'preact/hooks'
import type { CreateKeyAnswer } from '../../../src/server/admin/api/keys/routes.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { MessageText } from '../../ui/message-text.tsx'
import { Command } from '../../ui/states.tsx'

/** The key that was just made, with what a client does with it. Nobody can show it again. */
export function ShownKey({ name, made }: { name: string; made: CreateKeyAnswer }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const url = `${location.origin}/v1`
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }] })
  return (
    <>
      <header class="view-head">
        <h1 ref={heading} tabIndex={-1}>
          The key <ForeignText text={name} most={60} />
        </h1>
        <Link href={`/keys/${encodeURIComponent(name)}`} class="button">
          Its use and limits
        </Link>
        <Link href="/keys" class="button">
          All keys
        </Link>
      </header>
      <section class="card stack wide" aria-live="polite">
        <p>
          <strong>Copy it now: it is shown only this once. The server keeps only its HMAC.</strong>{' '}
          <MessageText text={made.why} most={400} />
        </p>
        <Command text={made.key} />
        <h2>Try it</h2>
        <Command
          text={`curl ${url}/chat/completions -H 'content-type: application/json' -H 'authorization: Bearer ${made.key}' -d '${body}'`}
        />
        <h2>In Python</h2>
        <Command text={`client = OpenAI(base_url="${url}", api_key="${made.key}")`} />
        <h2>In JavaScript</h2>
        <Command text={`const client = new OpenAI({ baseURL: '${url}', apiKey: '${made.key}' })`} />
      </section>
    </>
  )
}
