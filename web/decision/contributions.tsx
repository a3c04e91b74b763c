import { useState } from 'preact/hooks'
import { toMinus } from '../../src/base/text/format/format-number.ts'
import type { Contribution } from '../../src/routing/routers/explanation.ts'
import { ForeignText } from '../ui/foreign-text.tsx'
import { formatScore } from '../ui/format.ts'
import { findScoreSum } from './find-score-sum.ts'

const mostShown = 8

type ContributionsProps = {
  readonly contributions: readonly Contribution[]
  readonly unit: string
  /** Of which they are the effects on the log-odds; null: they are of something else. */
  readonly winRate: number | null
}

/** What moved the score, the largest first: to the right for the strong model, to the left for the weak one. */
export function Contributions({ contributions, unit, winRate }: ContributionsProps) {
  const [isOpen, setOpen] = useState(false)
  if (contributions.length === 0) return null
  const largest = Math.max(...contributions.map(({ effect }) => Math.abs(effect)), Number.MIN_VALUE)
  const shown = isOpen ? contributions : contributions.slice(0, mostShown)
  const score = findScoreSum(contributions, winRate)
  return (
    <section class="stack wide" aria-label="What moved the score">
      <h3>
        What moved it <span class="quiet small">effect {unit}</span>
      </h3>
      <ul class="contributions">
        {score !== null && (
          <li>
            <span>base, before the prompt</span>
            <span />
            <span />
            <span class="number">{formatEffect(score.base)}</span>
          </li>
        )}
        {shown.map(({ feature, value, effect }) => (
          <li key={feature}>
            <ForeignText text={feature} most={60} />
            <span class="number quiet small">{formatValue(value)}</span>
            <svg viewBox="-100 0 200 10" preserveAspectRatio="none" aria-hidden="true">
              <rect
                class={`bar series-${effect < 0 ? 1 : 0}`}
                x={effect < 0 ? (effect / largest) * 100 : 0}
                width={Math.max(0.5, (Math.abs(effect) / largest) * 100)}
                height="10"
              />
              <line class="axis" x1="0" x2="0" y1="0" y2="10" />
            </svg>
            <span class="number">{formatEffect(effect)}</span>
          </li>
        ))}
      </ul>
      {score !== null && (
        <p class="small">
          Base and {contributions.length === 1 ? 'effect' : `all ${contributions.length} effects`} together:{' '}
          {formatEffect(score.sum)}, a win rate of {formatScore(score.winRate)}
        </p>
      )}
      {contributions.length > mostShown && (
        <button type="button" class="link" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show fewer' : `and ${contributions.length - mostShown} smaller`}
        </button>
      )}
    </section>
  )
}

function formatValue(value: number): string {
  return toMinus(value.toLocaleString('en', { maximumSignificantDigits: 4 }))
}

/** `+4.37`, `−0.18` */
function formatEffect(effect: number): string {
  const size = Math.abs(effect)
  return `${effect < 0 ? '−' : '+'}${size < 0.01 ? size.toPrecision(1) : size.toFixed(2)}`
}
