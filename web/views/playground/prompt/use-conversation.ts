import { useEffect, useState } from 'preact/hooks'
import { type Conversation, emptyConversation, fromFragment } from './conversation.ts'

/** Stays while other views are open, and is nowhere else: prompts are confidential. */
let draft: Conversation = emptyConversation

/** What is being asked: of the address's fragment at first, if it has one. */
export function useConversation(): readonly [Conversation, (next: Conversation) => void] {
  const [conversation, setConversation] = useState(() => fromFragment(location.hash) ?? draft)
  const change = (next: Conversation) => {
    draft = next
    setConversation(next)
  }
  useEffect(() => {
    const listener = () => {
      const linked = fromFragment(location.hash)
      if (linked !== null) change(linked)
    }
    addEventListener('hashchange', listener)
    return () => removeEventListener('hashchange', listener)
  }, [])
  return [conversation, change]
}
