import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Resource } from '../api/use-resource.ts'
import { ForeignText } from './foreign-text.tsx'
import { MessageText } from './message-text.tsx'

/** What failed, and a way to try again. */
export function Failure({ what, error, retry }: { what: string; error: Error; retry?: () => void }) {
  return (
    <div class="banner failure" role="alert">
      <p>
        {what}: <MessageText text={error.message} />
      </p>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="card empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

/** Shows what was read, or that it is being read, or why it cannot be. What was read before stays beside a failure. */
export function Loaded<Data>({
  resource,
  what,
  children,
}: {
  resource: Resource<Data>
  /** The beginning of a sentence: `The overview cannot be read`. */
  what: string
  children: (data: Data) => ComponentChildren
}) {
  const { data, error, isStale, retry } = resource
  return (
    <>
      {error !== null && <Failure what={what} error={error} retry={retry} />}
      {data === null && error === null && (
        <p class="pulse" aria-live="polite">
          Reading …
        </p>
      )}
      {data !== null && (
        <div class={isStale ? 'loaded stale' : 'loaded'} aria-busy={isStale}>
          {children(data)}
        </div>
      )}
    </>
  )
}

/** A command, which may have names of the configuration, with a button that copies it. */
export function Command({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setCopied(true))
  return (
    <div class="copyable">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <pre tabIndex={0}>
        <ForeignText text={text} most={2000} />
      </pre>
      <button type="button" onClick={copy}>
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
