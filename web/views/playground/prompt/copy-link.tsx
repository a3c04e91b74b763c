import { useState } from 'preact/hooks'
import { type Conversation, isAsked, toFragment } from './conversation.ts'

/** Copies an address with the conversation after `#`, which browsers send to no server. */
export function CopyLink({ conversation }: { conversation: Conversation }) {
  const [said, setSaid] = useState<string | null>(null)
  if (!isAsked(conversation)) return null
  const copy = async () => {
    const fragment = toFragment(conversation)
    if (fragment === null) {
      setSaid('Too long for a link')
      return
    }
    const link = `${location.origin}${location.pathname}${location.search}#${fragment}`
    try {
      await navigator.clipboard.writeText(link)
      setSaid('Copied')
    } catch {
      // Only secure addresses may write to the clipboard.
      history.replaceState(null, '', link)
      setSaid('The address has it now')
    }
  }
  return (
    <button type="button" class="link" onClick={() => void copy()} onBlur={() => setSaid(null)}>
      <span aria-live="polite">{said ?? 'Copy link with the prompt'}</span>
    </button>
  )
}
