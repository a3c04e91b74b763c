import { useState } from 'preact/hooks'
import { cutText, escapeInvisible, formatCodePoint, splitInvisible } from './escape-invisible.ts'

type ForeignTextProps = {
  readonly text: string
  /** Characters that are shown at first. Default: 80. */
  readonly most?: number
  /** Whether a longer text can be opened. Default: its first 2,000 characters are the tooltip. */
  readonly canOpen?: boolean
}

/**
 * Text that somebody else wrote: names, prompts, messages. It is shown as text, without effect on what is around it, and
 * characters that nobody would see are shown by their codes.
 */
export function ForeignText({ text, most = 80, canOpen = false }: ForeignTextProps) {
  const [isOpen, setOpen] = useState(false)
  const isLong = text.length > most
  const shown = isLong && !isOpen ? `${cutText(text, most)}…` : text
  return (
    <bdi class="foreign" {...(isLong && !canOpen && { title: escapeInvisible(text, 2000) })}>
      {splitInvisible(shown).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <span key={index} class="escape">
            {formatCodePoint(part)}
          </span>
        ),
      )}
      {isLong && canOpen && (
        <>
          {' '}
          <button type="button" class="link" onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
          </button>
        </>
      )}
    </bdi>
  )
}
