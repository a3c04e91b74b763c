import type { ComponentChildren } from 'preact'
import type { RequestTrace } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { isCanary } from '../../../decision/words/describe-arm.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatUsd } from '../../../ui/format.ts'
import { sortCalls } from './failure/describe-call.ts'
import { LabelFacts } from './label-facts.tsx'

/** Tokens, dollars, names and what was said about the answer. */
export function FactsCard({ request }: { request: RequestTrace }) {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, usd, chargedUsd } = request
  return (
    <section class="card">
      <h2>Tokens and dollars</h2>
      <dl class="definitions">
        <Fact title="Input">
          {formatTokens(inputTokens)}
          {cachedInputTokens !== null &&
            cachedInputTokens > 0 &&
            `, ${formatCount(cachedInputTokens)} from a cache`}
          {cacheWriteTokens !== null &&
            cacheWriteTokens > 0 &&
            `, ${formatCount(cacheWriteTokens)} written to it`}
        </Fact>
        <Fact title="Output">{formatTokens(outputTokens)}</Fact>
        <Fact title="Cost">{usd === null ? describeUnknownCost(request) : formatUsd(usd)}</Fact>
        {chargedUsd !== null && chargedUsd !== usd && <Fact title="Charged">{formatUsd(chargedUsd)}</Fact>}
        <Fact title="Attempts">
          <Attempts request={request} />
        </Fact>
        {request.effort !== null && (
          <Fact title="Effort">
            <ForeignText text={request.effort} />, set by the gateway
          </Fact>
        )}
        <Fact title="Key">{request.key === null ? 'none' : <ForeignText text={request.key} />}</Fact>
        {request.tags.length > 0 && (
          <Fact title="Tags">
            <ForeignText text={request.tags.join(', ')} most={120} />
          </Fact>
        )}
        {request.experiment !== null && (
          <Fact title={isCanary(request.experiment) ? 'Canary' : 'Experiment'}>
            <ForeignText text={`${request.experiment}, ${request.arm ?? ''}`} />
          </Fact>
        )}
        {request.upstreamId !== null && (
          <Fact title="Upstream id">
            <ForeignText text={request.upstreamId} />
          </Fact>
        )}
        {request.signal !== null && (
          <Fact title="Says of an answer">
            {request.signal.kind}{' '}
            {request.signal.requestId !== null && (
              <Link href={`/requests/${encodeURIComponent(request.signal.requestId)}`}>open it</Link>
            )}
          </Fact>
        )}
        <LabelFacts request={request} />
      </dl>
    </section>
  )
}

function describeUnknownCost({ calls }: RequestTrace): string {
  if (calls.length === 0) return 'nothing: no model was called'
  return calls.every(({ isRefused }) => isRefused)
    ? 'nothing: an answer with an error costs nothing'
    : 'not known: no price, or no tokens reported'
}

function formatTokens(tokens: number | null): string {
  return tokens === null ? 'not reported' : `${formatCount(tokens)} tokens`
}

/** How many calls, and what each cost if there were several. */
function Attempts({ request: { attempts, calls } }: { request: RequestTrace }) {
  if (calls.length < 2) return <>{attempts}</>
  return (
    <>
      {attempts}:{' '}
      {sortCalls(calls).map(({ model, usd, isRefused }, index) => (
        <span key={index}>
          {index > 0 && ', '}
          <ForeignText text={model} most={32} />{' '}
          {isRefused ? '(refused, free)' : usd === null ? '(cost not known)' : formatUsd(usd)}
        </span>
      ))}
    </>
  )
}

function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  )
}
