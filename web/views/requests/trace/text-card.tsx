import type { RequestTrace, TraceBody } from '../../../../src/store/reader/answers.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount } from '../../../ui/format.ts'

/** What was asked and answered, if it is kept. */
export function TextCard({ request: { text } }: { request: RequestTrace }) {
  if (text === null)
    return (
      <section class="card">
        <h2>Text</h2>
        <p class="quiet">
          Not kept. <code>store: {'{ text: redacted }'}</code> in routellm.yaml keeps that of later requests.
        </p>
      </section>
    )
  return (
    <div class="grid wide">
      <Body title="Request" body={text.request} />
      <Body title="Answer" body={text.response} />
    </div>
  )
}

function Body({ title, body }: { title: string; body: TraceBody }) {
  return (
    <section class="card">
      <h2>
        <span>{title}</span>
        <span>
          {formatCount(body.totalBytes)} bytes{body.isCut && ', cut'}
        </span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <section class="whole mono" tabIndex={0} aria-label={title}>
        <ForeignText text={body.text} most={4000} canOpen />
      </section>
    </section>
  )
}
