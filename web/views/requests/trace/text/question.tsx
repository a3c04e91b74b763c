import type { TraceMessage } from '../../../../../src/store/reader/answers/trace.ts'
import { Parts } from './parts.tsx'

const roles: Readonly<Record<TraceMessage['role'], string>> = {
  instructions: 'Instructions',
  user: 'User',
  assistant: 'Assistant',
}

/** What was asked: the last turn of the user and what followed it, with the messages before behind it. */
export function Question({ messages }: { messages: readonly TraceMessage[] }) {
  const last = findLastTurn(messages)
  const earlier = messages.slice(0, last)
  const isAlone = messages.length === 1
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <section class="whole stack wide top" tabIndex={0} aria-label="Request">
      {earlier.length > 0 && (
        <details>
          <summary class="small quiet">
            {earlier.length === 1 ? '1 earlier message' : `${earlier.length} earlier messages`}
          </summary>
          <div class="stack wide top">
            <Messages messages={earlier} isAlone={false} />
          </div>
        </details>
      )}
      <Messages messages={messages.slice(last)} isAlone={isAlone} />
    </section>
  )
}

function Messages({ messages, isAlone }: { messages: readonly TraceMessage[]; isAlone: boolean }) {
  return (
    <>
      {messages.map(({ role, parts }, index) => (
        <div key={index}>
          {(!isAlone || role !== 'user') && <span class="small quiet">{roles[role]}</span>}
          <Parts parts={parts} />
        </div>
      ))}
    </>
  )
}

/** Where the last message begins that a user wrote; the last message if none did: results of tools are of no user. */
export function findLastTurn(messages: readonly TraceMessage[]): number {
  const index = messages.findLastIndex(
    ({ role, parts }) => role === 'user' && parts.some(({ kind }) => kind !== 'tool-result'),
  )
  return index === -1 ? Math.max(0, messages.length - 1) : index
}
