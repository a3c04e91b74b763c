import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { VersionsAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatScore, formatShare, formatTime } from '../../../ui/format.ts'
import type { Column } from '../../../ui/table/row-table.tsx'

export type Version = VersionsAnswer[number]

/** What a person asks for with a version. */
export type Asked = { readonly kind: 'promote' | 'canary'; readonly version: Version }

export type VersionState = 'in service' | 'canary' | 'before' | 'rolled back' | 'tried'

/** The versions of one content, the newest first. */
export type EqualVersions = readonly [Version, ...(readonly Version[])]

export type VersionRow = {
  readonly version: Version
  readonly state: VersionState
  /** With the same content, this one first. */
  readonly equal: EqualVersions
  /** Whether another row has the same name. */
  readonly hasNamesake: boolean
  /** Of all rows. */
  readonly thresholds: readonly number[]
}

type Ask = (asked: Asked) => void

export function columnsOf(isChangeable: boolean, ask: Ask): readonly Column<VersionRow>[] {
  return [
    { title: 'Version', place: 'lead', cell: (row) => <VersionName {...row} /> },
    {
      title: 'State',
      place: 'end',
      className: () => 'nowrap',
      cell: ({ state }) => (state === 'in service' ? <strong class="good">in service</strong> : state),
    },
    { title: 'Since', className: () => 'nowrap', cell: ({ version }) => formatTime(version.time) },
    { title: 'At', isNumber: true, cell: formatThreshold },
    {
      title: 'APGR',
      hint: 'Average performance gap recovered',
      isNumber: true,
      cell: ({ version }) => formatScore(evidenceOf(version)?.apgr ?? null),
    },
    {
      title: 'Lost on labels',
      hint: 'Upper limit of the requests lost, by the labels that it was calibrated on',
      isNumber: true,
      cell: ({ version }) => {
        const bound = evidenceOf(version)?.lossBound
        return bound === undefined ? '–' : `at most ${formatShare(bound)}`
      },
    },
    {
      title: 'Strong calls',
      isNumber: true,
      cell: ({ version }) => formatShare(evidenceOf(version)?.strongCallFraction ?? null),
    },
    {
      title: 'Labels',
      isNumber: true,
      cell: ({ version: { locked } }) =>
        formatCount(('router' in locked ? locked.certificate?.labels : null) ?? null),
    },
    {
      title: 'Against',
      hint: 'The version that it was compared with',
      cell: ({ version }) => <ForeignText text={evidenceOf(version)?.against ?? '–'} most={32} />,
    },
    ...(isChangeable
      ? [
          {
            title: 'Changes',
            isTitleHidden: true,
            isNumber: true,
            place: 'whole' as const,
            cell: (row: VersionRow) => <Changes {...row} ask={ask} />,
          },
        ]
      : []),
  ]
}

function formatThreshold({ version, thresholds }: VersionRow): string {
  return formatSetting(version.locked.threshold, thresholds)
}

function evidenceOf({ locked }: Version) {
  return 'router' in locked ? locked.evidence : undefined
}

function VersionName({ version, equal, thresholds, hasNamesake }: VersionRow) {
  return (
    <>
      <ForeignText text={nameOf(version)} most={40} />
      {hasNamesake && <> at {formatSetting(version.locked.threshold, thresholds)}</>}
      {equal.length > 1 && (
        <span
          class="tag"
          title={`In service or tried at ${equal.map((each) => formatTime(each.time)).join('; ')}`}
        >
          {equal.length} times since {formatTime(equal.at(-1)!.time)}
        </span>
      )}
    </>
  )
}

function Changes({ ask, ...row }: VersionRow & { ask: Ask }) {
  const { version, state } = row
  const { locked } = version
  const at = formatThreshold(row)
  const name = nameOf(version)
  if (state === 'in service') return null
  return (
    <span class="controls end">
      {'router' in locked && state !== 'canary' && (
        <button
          type="button"
          onClick={() => ask({ kind: 'canary', version })}
          aria-label={`Try ${escapeInvisible(name)} at ${at} on a share`}
          title="Try it on a share of the sessions"
        >
          Try
        </button>
      )}
      <button
        type="button"
        onClick={() => ask({ kind: 'promote', version })}
        aria-label={`Promote ${escapeInvisible(name)} at ${at}`}
        data-row=""
      >
        Promote
      </button>
    </span>
  )
}

export function nameOf({ locked }: Version): string {
  return 'router' in locked ? locked.router : 'the configuration’s router'
}
