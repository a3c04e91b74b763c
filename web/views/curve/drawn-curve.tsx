import { useEffect, useState } from 'preact/hooks'
import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { changeQuery } from '../../app/location.ts'
import { useKeys } from '../../app/shortcuts.ts'
import type { ChangedElsewhere } from '../../served/changed-elsewhere.tsx'
import { DoneBanner, takeFocus } from '../../ui/done-banner.tsx'
import { RollBackDialog } from '../routers/policy/roll-back-dialog.tsx'
import { ApplyDialog } from './apply-dialog.tsx'
import { CountsNote } from './counts-note.tsx'
import { CurveChart } from './curve-chart.tsx'
import { FiguresLine } from './figures-line.tsx'
import { MovesCard } from './moves-card.tsx'
import { OptionsCard } from './options/options-card.tsx'
import { OthersBanner } from './others-banner.tsx'
import { findExact, findNearest, isSetting } from './points.ts'
import { SettingCard } from './setting/setting-card.tsx'

type DrawnCurveProps = {
  readonly answer: CurveAnswer
  readonly parameters: URLSearchParams
  /** The setting of the address. */
  readonly at: string | null
  /** Whether the answer to another question is read. */
  readonly isStale: boolean
  /** Reads the curve with a point at this setting. */
  readonly readExactly: (setting: string) => void
  readonly reread: () => void
  readonly elsewhere: ChangedElsewhere
  readonly dialog: OpenDialog
  readonly setDialog: (dialog: OpenDialog) => void
}

/** What a person is asked. */
export type OpenDialog = 'apply' | 'undo' | null

type Done = {
  /** What was done. */
  readonly why: string
  /** `CurvePolicy.state` before; null: it was a roll back. */
  readonly before: string | null
}

/** The curve of a policy, with a setting to move, to put in service and to take back. */
export function DrawnCurve(props: DrawnCurveProps) {
  const { answer, parameters, at, isStale, readExactly, reread, elsewhere, dialog, setDialog } = props
  const { points, served } = answer
  const [done, setDone] = useState<Done | null>(null)
  const undoable = useUndoable(answer.policy.state)
  const [setting, setSetting] = useState(at)
  const asked = isSetting(setting) ? Number(setting) : points[served]!.setting
  const chosen = findNearest(points, asked)
  const isReading = isStale && points[chosen]!.setting !== asked
  const choose = (index: number) => {
    setDone(null)
    setSetting(index === served ? null : String(points[index]!.setting))
  }
  const type = (typed: number) => {
    const place = findExact(points, typed)
    if (place !== null) return choose(place)
    setDone(null)
    setSetting(String(typed))
    readExactly(String(typed))
  }
  const canUndo = undoable.isNow && answer.policy.problem === null
  const canApply = !isReading && chosen !== served && answer.policy.problem === null
  const move = (by: number) => choose(Math.min(points.length - 1, Math.max(0, chosen + by)))
  useKeys([
    { on: ['ArrowLeft'], title: `Lower the ${answer.policy.measure}`, run: () => move(-1) },
    { on: ['ArrowRight'], title: `Raise the ${answer.policy.measure}`, run: () => move(1) },
    {
      on: ['Enter'],
      title: 'Put it in service, after a question',
      run: () => canApply && setDialog('apply'),
    },
    { on: ['u'], title: 'Undo the last change made here', run: () => canUndo && setDialog('undo') },
  ])
  // Browsers refuse an address that changes with each move of a slider.
  useEffect(() => {
    const timer = setTimeout(() => changeQuery({ at: setting }, true), 300)
    return () => clearTimeout(timer)
  }, [setting])
  useEffect(() => {
    if (elsewhere.why !== null) setDone(null)
  }, [elsewhere.why])
  useEffect(() => () => setDialog(null), [])
  /** Keeps the setting, also if none of the points that are read then has it. */
  const rereadHere = () => {
    if (setting !== null) readExactly(setting)
    reread()
  }
  const finish = (made: Done, before: string) => {
    elsewhere.expectOwn(before)
    setDialog(null)
    setDone(made)
    reread()
  }
  return (
    <>
      {done !== null && (
        <DoneBanner why={done.why}>
          {done.before !== null && answer.policy.state !== done.before && (
            <button type="button" ref={takeFocus} onClick={() => setDialog('undo')}>
              Undo
            </button>
          )}
        </DoneBanner>
      )}
      <div class="curve">
        <FiguresLine answer={answer} chosen={chosen} />
        <section class="card" aria-label="The curve">
          <OthersBanner answer={answer} />
          <CurveChart answer={answer} chosen={chosen} onChoose={choose} />
          <CountsNote answer={answer} />
        </section>
        <SettingCard
          answer={answer}
          chosen={chosen}
          wanted={isReading ? asked : points[chosen]!.setting}
          isReading={isReading}
          onChoose={choose}
          onType={type}
          onApply={() => setDialog('apply')}
          onUndo={undoable.isNow ? () => setDialog('undo') : null}
        />
      </div>
      <OptionsCard answer={answer} chosen={chosen} onChoose={choose} />
      <MovesCard answer={answer} chosen={chosen} parameters={parameters} />
      {dialog === 'apply' && (
        <ApplyDialog
          answer={answer}
          chosen={chosen}
          reread={rereadHere}
          close={() => setDialog(null)}
          onApplied={({ why }, before) => {
            undoable.remember(before)
            finish({ why, before }, before)
          }}
        />
      )}
      {dialog === 'undo' && (
        <RollBackDialog
          policy={answer.policy}
          reread={rereadHere}
          onClose={() => setDialog(null)}
          onDone={(why, before) => {
            undoable.forget()
            setSetting(null)
            finish({ why, before: null }, before)
          }}
        />
      )}
    </>
  )
}

/** Whether what is served was put in service here, so that it can be undone here. Older changes are rolled back in Routers. */
function useUndoable(state: string): {
  readonly isNow: boolean
  /** @param before `CurvePolicy.state` before the change that was made here. */
  remember(before: string): void
  forget(): void
} {
  const [before, setBefore] = useState<string | null>(null)
  const [made, setMade] = useState<string | null>(null)
  useEffect(() => {
    if (before === null || state === before) return
    setMade(state)
    setBefore(null)
  }, [state, before])
  return {
    isNow: state === made,
    remember: setBefore,
    forget: () => {
      setMade(null)
      setBefore(null)
    },
  }
}
