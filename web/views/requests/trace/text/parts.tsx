import type { TracePart } from '../../../../../src/store/reader/answers/trace.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'

const most = 4000

/** The parts of a message or of an answer, in their order. */
export function Parts({ parts }: { parts: readonly TracePart[] }) {
  return (
    <>
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </>
  )
}

function Part({ part: { kind, name, text } }: { part: TracePart }) {
  switch (kind) {
    case 'text':
      return (
        <div>
          <ForeignText text={text} most={most} canOpen />
        </div>
      )
    case 'refusal':
      return (
        <div>
          <span class="tag">refused</span> <ForeignText text={text} most={most} canOpen />
        </div>
      )
    case 'reasoning':
      return (
        <details>
          <summary class="small quiet">Reasoning, {text.length.toLocaleString('en')} characters</summary>
          <ForeignText text={text} most={most} canOpen />
        </details>
      )
    case 'tool-call':
      return (
        <div>
          <span class="tag">calls</span> <ForeignText text={name ?? ''} most={80} />
          {text !== '' && (
            <div class="mono">
              <ForeignText text={text} most={1000} canOpen />
            </div>
          )}
        </div>
      )
    case 'tool-result':
      return (
        <div>
          <span class="tag">result</span>
          <div class="mono">
            <ForeignText text={text} most={1000} canOpen />
          </div>
        </div>
      )
    case 'other':
      return (
        <div class="quiet">
          [<ForeignText text={name ?? 'a file'} most={40} />, not shown]
        </div>
      )
  }
}
