import { useState } from 'preact/hooks'

/** Control characters, and characters that change the direction of the text after them. */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is shown by their codes
  /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb])/

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
  const shown = isLong && !isOpen ? `${text.slice(0, most)}…` : text
  return (
    <bdi class="foreign" {...(isLong && !canOpen && { title: text.slice(0, 2000) })}>
      {showInvisible(shown)}
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

function showInvisible(text: string) {
  if (!invisible.test(text)) return text
  return text.split(new RegExp(invisible, 'g')).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={index} class="escape">
        U+{part.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}
      </span>
    ),
  )
}
