import { cutText } from './escape-invisible.ts'
import { ForeignText } from './foreign-text.tsx'

const code = /`([^`\n]+)`/

/**
 * A message of the server, in which what is between backticks is code. Its names can be foreign.
 *
 * @param most characters that are shown. Default: 600.
 */
export function MessageText({ text, most = 600 }: { text: string; most?: number }) {
  const shown = text.length > most ? `${cutText(text, most)}…` : text
  return (
    <>
      {shown.split(code).map((part, index) => {
        const foreign = <ForeignText key={index} text={part} most={most + 1} />
        return index % 2 === 0 ? part !== '' && foreign : <code key={index}>{foreign}</code>
      })}
    </>
  )
}
