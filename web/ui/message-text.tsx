import { cutText } from './escape-invisible.ts'
import { ForeignText } from './foreign-text.tsx'

/** What is between backticks, or a negative amount, whose minus a line would end with. */
const special = /(`[^`\n]+`|−\$[\d.,]*\d)/

/**
 * A message of the server, in which what is between backticks is code. Its names can be foreign.
 *
 * @param most characters that are shown. Default: 600.
 */
export function MessageText({ text, most = 600 }: { text: string; most?: number }) {
  const shown = text.length > most ? `${cutText(text, most)}…` : text
  return (
    // One element, because rows of cards lay out each of theirs.
    <span>
      {shown.split(special).map((part, index) => {
        if (index % 2 === 0) return part !== '' && <ForeignText key={index} text={part} most={most + 1} />
        if (!part.startsWith('`'))
          return (
            <span key={index} class="nowrap">
              {part}
            </span>
          )
        return (
          <code key={index}>
            <ForeignText text={part.slice(1, -1)} most={most} />
          </code>
        )
      })}
    </span>
  )
}
