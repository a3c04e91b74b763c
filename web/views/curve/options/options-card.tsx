import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'
import {
  Figure,
  formatChange,
  formatDecimal,
  formatDecimalEnds,
  formatPlanned,
  formatShareEnds,
  formatUsdEnds,
} from '../figure.tsx'
import { type LeftOutOption, type PlacedOption, placeOptions, titleOf } from './placed-options.ts'
import { ScoredVersions } from './scored-versions.tsx'

type OptionsCardProps = {
  readonly answer: CurveAnswer
  readonly chosen: number
  readonly onChoose: (place: number) => void
}

const kinds = { model: 'one model', policy: 'policy', version: 'version' } as const

/** Each model, policy and version over the same requests, the cheapest first; and those that are left out, with the reason. */
export function OptionsCard({ answer, chosen, onChoose }: OptionsCardProps) {
  const { points, served, requests, policy } = answer
  const { placed, leftOut } = placeOptions(answer)
  const now = points[served]!
  const inService: PlacedOption = {
    ...{ ...now, kind: 'policy', name: policy.name, place: served, labels: answer.labels.used },
    plannedShare: policy.plannedShare,
  }
  const rows = [inService, ...placed].toSorted((one, other) => (one.usd ?? 0) - (other.usd ?? 0))
  const settings = rows.flatMap(({ place }) => (place === null ? [] : [points[place]!.setting]))
  const hasQuality = rows.some(({ quality }) => quality !== null)
  const columns: readonly Column<PlacedOption>[] = [
    {
      title: 'Who answers',
      place: 'lead',
      cell: (row) => (
        <>
          <ForeignText text={titleOf(row)} most={40} />{' '}
          <span class="quiet small">{row === inService ? 'in service' : kinds[row.kind]}</span>
        </>
      ),
    },
    {
      title: 'Dollars',
      isNumber: true,
      cell: ({ usd, usdInterval }) => (
        <Figure value={formatUsd(usd ?? 0)} around={formatUsdEnds(usdInterval)} />
      ),
    },
    {
      title: 'Against now',
      isNumber: true,
      cell: (row) =>
        row === inService ? (
          '–'
        ) : (
          <Figure value={formatChange((row.usd ?? 0) - now.usd)} around={formatUsdEnds(row.changeInterval)} />
        ),
    },
    ...(hasQuality ? qualityColumns : []),
    {
      title: policy.measure === 'threshold' ? 'Strong calls' : 'The best answers',
      isNumber: true,
      cell: ({ strong, strongInterval, plannedShare }) => (
        <Figure
          value={formatShare(strong === null ? null : strong / requests)}
          around={formatShareEnds(strongInterval)}
          note={formatPlanned(plannedShare)}
        />
      ),
    },
    {
      title: `At the ${policy.measure}`,
      cell: (row) => (
        <Setting row={row} settings={settings} answer={answer} chosen={chosen} onChoose={onChoose} />
      ),
    },
  ]
  return (
    <section class="card" aria-label="What could be in service">
      <h2>
        <span>What could be in service, on the same {formatCount(requests)} requests</span>
      </h2>
      <RowTable
        name="options curve-figures"
        isBare
        columns={columns}
        rows={rows}
        keyOf={({ kind, name }) => `${kind} ${name}`}
        attributesOf={(row) => (row === inService ? { 'aria-current': 'true' } : {})}
      />
      <ScoredVersions options={leftOut} policy={policy.name} />
      <LeftOut options={leftOut.filter(({ compared }) => compared === null)} />
    </section>
  )
}

const qualityColumns: readonly Column<PlacedOption>[] = [
  {
    title: 'Quality',
    isNumber: true,
    cell: ({ quality, qualityInterval }) => (
      <Figure value={formatDecimal(quality)} around={formatDecimalEnds(qualityInterval)} />
    ),
  },
  { title: 'Labels', isNumber: true, cell: ({ labels }) => formatCount(labels) },
]

/** Moves the slider to the setting of a row; a row that is not on the curve has none. */
function Setting({
  row: { place },
  settings,
  answer: { points },
  chosen,
  onChoose,
}: OptionsCardProps & { row: PlacedOption; settings: readonly number[] }) {
  if (place === null) return <span class="quiet">–</span>
  const text = formatSetting(points[place]!.setting, settings)
  return (
    <button
      type="button"
      data-row=""
      aria-pressed={place === chosen}
      title="Move the slider here"
      onClick={() => onChoose(place)}
    >
      {text}
    </button>
  )
}

function LeftOut({ options }: { options: readonly LeftOutOption[] }) {
  if (options.length === 0) return null
  return (
    <details class="left-out small">
      <summary>
        {options.length === 1 ? '1 more is' : `${options.length} more are`} left out, because their figures on
        these requests are not known
      </summary>
      <ul>
        {options.map((option) => (
          <li key={`${option.kind} ${option.name}`}>
            <ForeignText text={titleOf(option)} most={40} />{' '}
            <span class="quiet">
              {kinds[option.kind]}: <MessageText text={option.why} most={300} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
