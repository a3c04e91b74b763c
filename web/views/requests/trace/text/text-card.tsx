import type { ComponentChildren } from 'preact'
import type { TraceAnswer, TraceBody } from '../../../../../src/store/reader/answers/trace.ts'
import type { RequestTrace } from '../../../../../src/store/reader/answers.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'
import { formatCount } from '../../../../ui/format.ts'
import { Parts } from './parts.tsx'
import { Question } from './question.tsx'

/** What was asked and answered, if it is kept: in words, with the bodies behind them. */
export function TextCard({ request: { text, stream } }: { request: RequestTrace }) {
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
      <section class="card stack wide top">
        <Title title="Request" body={text.request} />
        {text.question === null ? (
          <Raw title="Request" body={text.request} />
        ) : (
          <>
            <Question messages={text.question} />
            <Behind title="The body as it was sent">
              <Raw title="Body of the request" body={text.request} />
            </Behind>
          </>
        )}
      </section>
      <section class="card stack wide top">
        <Title title="Answer" body={text.response} />
        {text.response.totalBytes === 0 ? (
          <p class="quiet">Not kept. If the server itself answers, only its error code is kept.</p>
        ) : text.answer === null ? (
          <Raw title="Answer" body={text.response} />
        ) : (
          <>
            <Answer answer={text.answer} isCut={text.response.isCut} />
            <Behind
              title={stream ? 'The events that the client received' : 'The body that the client received'}
            >
              <Raw title="Body of the answer" body={text.response} />
            </Behind>
          </>
        )}
      </section>
    </div>
  )
}

function Title({ title, body }: { title: string; body: TraceBody }) {
  return (
    <h2>
      <span>{title}</span>
      <span>
        {formatCount(body.totalBytes)} bytes{body.isCut && ', cut'}
      </span>
    </h2>
  )
}

function Answer({ answer: { parts, isWhole, error }, isCut }: { answer: TraceAnswer; isCut: boolean }) {
  return (
    <>
      {parts.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
        <section class="whole" tabIndex={0} aria-label="Answer">
          <Parts parts={parts} />
        </section>
      )}
      {error !== null && (
        <p class="banner failure">
          <ForeignText text={error} most={600} canOpen />
        </p>
      )}
      {parts.length === 0 && error === null && <p class="quiet">It has no text.</p>}
      {!isWhole && error === null && (
        <p class="small quiet">
          {isCut
            ? 'Only its beginning is kept.'
            : 'It broke off: the stream has no end, or the client left before it.'}
        </p>
      )}
    </>
  )
}

function Behind({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details>
      <summary class="small quiet">{title}</summary>
      {children}
    </details>
  )
}

function Raw({ title, body }: { title: string; body: TraceBody }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <section class="whole mono" tabIndex={0} aria-label={title}>
      <ForeignText text={body.text} most={4000} canOpen />
    </section>
  )
}
