import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { SessionTurn } from '../../../../src/server/admin/api/sessions/routes.ts'
import { type ModelColours, useModelColours } from '../../../charts/model-colours.ts'
import { useWidth } from '../../../charts/use-width.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatTime, formatUsd } from '../../../ui/format.ts'
import { findCachedShare, findLanes, findTurnWidth, isAfterIdle, type Lane } from './lanes.ts'

const [laneHeight, blockHeight, scaleHeight, costHeight] = [28, 18, 18, 54]

type LaneChartProps = {
  readonly turns: readonly SessionTurn[]
  readonly chosen: number
  readonly choose: (index: number) => void
}

/** A lane for each model, a block for each turn, and the dollars of each below. */
export function LaneChart({ turns, chosen, choose }: LaneChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>(800)
  const lanes = useMemo(() => findLanes(turns), [turns])
  const colourOf = useModelColours(lanes.map(({ model }) => model))
  const turnWidth = findTurnWidth(turns.length, width)
  const whole = turns.length * turnWidth
  const height = scaleHeight + lanes.length * laneHeight + costHeight
  const most = Math.max(...turns.map(({ usd }) => usd ?? 0))
  const scroll = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = scroll.current
    if (element === null) return
    const [left, right] = [(chosen - 2) * turnWidth, (chosen + 3) * turnWidth]
    if (left < element.scrollLeft) element.scrollLeft = left
    else if (right > element.scrollLeft + element.clientWidth)
      element.scrollLeft = right - element.clientWidth
  }, [chosen, turnWidth])
  // A thousand turns do not change when another one is chosen.
  const drawing = useMemo(
    () => <Turns turns={turns} lanes={lanes} turnWidth={turnWidth} most={most} colourOf={colourOf} />,
    [turns, lanes, turnWidth, most, colourOf],
  )
  const onClick = (event: MouseEvent) => {
    const index = Math.floor(event.offsetX / turnWidth)
    if (index >= 0 && index < turns.length) choose(index)
  }
  return (
    <div class="lanes">
      <ul class="lane-names">
        <li class="scale">turn</li>
        {lanes.map(({ model, efforts }) => (
          <li key={model}>
            <span class={`swatch ${colourOf(model)}`} />
            {model === null ? 'no model' : <ForeignText text={model} most={40} />}
            {efforts.length > 0 && <span class="quiet">{escapeInvisible(efforts.join(', '))}</span>}
          </li>
        ))}
        <li class="costs">{formatUsd(most)} at most</li>
      </ul>
      <div ref={frame}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own */}
        <div ref={scroll} class="lane-scroll" role="group" aria-label="Turns" tabIndex={0}>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the view choose turns */}
          <svg
            width={whole}
            height={height}
            viewBox={`0 0 ${whole} ${height}`}
            role="img"
            aria-label={describe(turns, lanes)}
            onClick={onClick}
          >
            <rect class="chosen-turn" x={chosen * turnWidth} width={turnWidth} height={height} rx="3" />
            {drawing}
          </svg>
        </div>
      </div>
    </div>
  )
}

type TurnsProps = {
  readonly turns: readonly SessionTurn[]
  readonly lanes: readonly Lane[]
  readonly turnWidth: number
  readonly most: number
  readonly colourOf: ModelColours
}

function Turns({ turns, lanes, turnWidth, most, colourOf }: TurnsProps) {
  const rows = new Map(lanes.map(({ model }, index) => [model, index]))
  const rowOf = (turn: SessionTurn) => rows.get(turn.model) ?? 0
  const middle = (row: number) => scaleHeight + (row + 0.5) * laneHeight
  const bottom = scaleHeight + lanes.length * laneHeight + costHeight
  const labelled = Math.ceil(50 / turnWidth)
  return (
    <>
      {lanes.map(({ model }, row) => (
        <line key={model} class="lane-line" x2={turns.length * turnWidth} y1={middle(row)} y2={middle(row)} />
      ))}
      {turns.map((turn, index) => {
        const x = index * turnWidth
        const before = turns[index - 1]
        const isSwitch = turn.costs !== null && turn.costs.switch !== null
        return (
          <g key={turn.id}>
            <title>{describeTurn(turn, index)}</title>
            {index % labelled === 0 && (
              <text x={x + 2} y={11}>
                {index + 1}
              </text>
            )}
            {isAfterIdle(turns, index) && (
              <line class="idle-line" x1={x} x2={x} y1={scaleHeight} y2={bottom - costHeight} />
            )}
            {isSwitch && before !== undefined && (
              <line class="switch-line" x1={x} x2={x} y1={middle(rowOf(before))} y2={middle(rowOf(turn))} />
            )}
            <Block
              turn={turn}
              colour={colourOf(turn.model)}
              x={x + 1}
              y={middle(rowOf(turn))}
              width={turnWidth - 2}
            />
            <CostBar usd={turn.usd} most={most} x={x + 1} width={turnWidth - 2} bottom={bottom} />
          </g>
        )
      })}
    </>
  )
}

type BlockProps = {
  readonly turn: SessionTurn
  readonly colour: string
  readonly x: number
  readonly y: number
  readonly width: number
}

/** Filled from below by the part of the prompt that came from a cache. */
function Block({ turn, colour, x, y, width }: BlockProps) {
  const filled = blockHeight * findCachedShare(turn)
  const kind = turn.status >= 400 ? 'failed' : (turn.costs?.cache ?? '')
  return (
    <g class={colour}>
      <rect
        class={`turn ${kind}`}
        x={x + 0.75}
        y={y - blockHeight / 2 + 0.75}
        width={width - 1.5}
        height={blockHeight - 1.5}
        rx="2"
      />
      {filled > 0 && (
        <rect class="bar" x={x} y={y + blockHeight / 2 - filled} width={width} height={filled} rx="2" />
      )}
      {turn.costs?.isHeld === true && <circle class="held-mark" cx={x + width / 2} cy={y - 12} r="1.8" />}
    </g>
  )
}

type CostBarProps = {
  readonly usd: number | null
  readonly most: number
  readonly x: number
  readonly width: number
  readonly bottom: number
}

function CostBar({ usd, most, x, width, bottom }: CostBarProps) {
  if (usd === null || most === 0) return null
  const height = (usd / most) * (costHeight - 12)
  return <rect class="bar series-7" x={x} y={bottom - height} width={width} height={height} />
}

function describeTurn({ time, model, status, usd, tokens }: SessionTurn, index: number): string {
  const prompt = tokens === null ? '' : `, ${tokens.input} tokens in, ${tokens.cachedInput} of them cached`
  return `${index + 1}: ${model === null ? `status ${status}` : escapeInvisible(model)}, ${formatUsd(usd)}${prompt}, ${formatTime(time)}`
}

function describe(turns: readonly SessionTurn[], lanes: readonly Lane[]): string {
  const counts = lanes.map(({ model }) => {
    const count = turns.filter((turn) => turn.model === model).length
    return `${model === null ? 'no model' : escapeInvisible(model)} ${count}`
  })
  return `${turns.length} turns by model: ${counts.join(', ')}. The arrow keys choose a turn, which is described below.`
}
