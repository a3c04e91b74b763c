import type { Ref } from 'preact'
import { useState } from 'preact/hooks'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount } from '../../../ui/format.ts'

type TextFieldProps = {
  readonly label: string
  readonly text: string
  readonly rows: number
  readonly placeholder?: string
  readonly field?: Ref<HTMLTextAreaElement>
  readonly onText: (text: string) => void
}

/** Of a longer text a browser takes a second to lay out each letter. */
const mostEdited = 60_000
const mostShown = 1000

/** A text to be edited; of a very long one its beginning, until somebody wants to edit that too. */
export function TextField({ label, text, rows, placeholder, field, onText }: TextFieldProps) {
  const [isEdited, setEdited] = useState(false)
  if (text.length > mostEdited && !isEdited)
    return (
      <div class="long-text">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
        <section class="whole" tabIndex={0} aria-label={label}>
          <ForeignText text={text.slice(0, mostShown)} most={mostShown} /> <span class="quiet">…</span>
        </section>
        <div class="controls small">
          <span class="quiet">{formatCount(text.length)} characters</span>
          <button type="button" class="link" onClick={() => setEdited(true)}>
            Edit
          </button>
          <button type="button" class="link" onClick={() => onText('')}>
            Remove
          </button>
        </div>
      </div>
    )
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData?.getData('text') ?? ''
    const element = event.currentTarget
    if (pasted.length <= mostEdited || !(element instanceof HTMLTextAreaElement)) return
    event.preventDefault()
    setEdited(false)
    onText(`${text.slice(0, element.selectionStart)}${pasted}${text.slice(element.selectionEnd)}`)
  }
  return (
    <textarea
      dir="auto"
      aria-label={label}
      {...(field !== undefined && { ref: field })}
      rows={rows}
      placeholder={placeholder ?? ''}
      value={text}
      onInput={(event) => onText(event.currentTarget.value)}
      onPaste={onPaste}
    />
  )
}
