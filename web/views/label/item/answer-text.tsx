import { ForeignText } from '../../../ui/foreign-text.tsx'

const most = 20_000
/** A block between lines of three backticks. */
const fence = /^```[^\n`]{0,60}\n([\s\S]*?)^```[ \t]*$/gm

/** A text with its blocks of code in monospace. A very long one is shown by its beginning. */
export function AnswerText({ text }: { text: string }) {
  if (text.length > most) return <ForeignText text={text} most={most / 4} canOpen />
  return (
    <>
      {text.split(fence).map((part, index) =>
        index % 2 === 0 ? (
          part !== '' && <ForeignText key={index} text={part} most={most} />
        ) : (
          <code key={index} class="block">
            <ForeignText text={part} most={most} />
          </code>
        ),
      )}
    </>
  )
}
