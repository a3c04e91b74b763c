import type { CommandRun } from '../../../src/server/admin/actions/command-run.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../ui/format.ts'

type Running = Extract<CommandRun<unknown>, { readonly state: 'running' }>

/** What the stages of the commands do, for a person. */
const stages: Readonly<Record<string, string>> = {
  'reading the store': 'Reads the labels of the store',
  reading: 'Reads the prompts',
  fitting: 'Trains',
  scoring: 'Scores',
}

/** How far a command is, with a way to stop it. */
export function RunProgress({
  run: { progress },
  isCancelling,
  cancel,
}: {
  run: Running
  isCancelling: boolean
  cancel: () => void
}) {
  const isKnown = progress !== null && progress.total !== null && progress.total > 0
  const share = isKnown ? progress.done / (progress.total ?? 1) : null
  const stage = progress === null ? 'Starts' : (stages[progress.stage] ?? progress.stage)
  const count =
    progress === null ? '' : share === null ? formatCount(progress.done) : formatShare(Math.min(1, share))
  return (
    <div class="run" aria-live="polite">
      <div class="run-line">
        <span>
          <ForeignText text={stage} most={60} /> … <span class="quiet">{count}</span>
        </span>
        <button type="button" disabled={isCancelling} onClick={cancel}>
          {isCancelling ? 'Stops …' : 'Cancel'}
        </button>
      </div>
      {share === null ? (
        <progress aria-label={escapeInvisible(stage)} />
      ) : (
        <progress aria-label={escapeInvisible(stage)} max={1} value={Math.min(1, share)} />
      )}
    </div>
  )
}
