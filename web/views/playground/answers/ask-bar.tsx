import { formatUrl, navigate, readPlace } from '../../../app/location.ts'
import { ModelPicker } from './model-picker.tsx'

type AskBarProps = {
  readonly asked: readonly string[]
  /** Names of all models. */
  readonly models: readonly string[]
  readonly canAsk: boolean
  readonly isBusy: boolean
  readonly ask: () => void
  readonly stop: () => void
}

/** Which models are asked, and the button. */
export function AskBar({ asked, models, canAsk, isBusy, ask, stop }: AskBarProps) {
  return (
    <>
      <div class="controls ask">
        <span class="quiet">Ask</span>
        <ModelPicker chosen={asked} models={models} onChange={setAsked} />
        {isBusy ? (
          <button type="button" class="primary" onClick={stop}>
            Stop <kbd>Esc</kbd>
          </button>
        ) : (
          <button type="button" class="primary" disabled={!canAsk} onClick={ask}>
            Ask <kbd>{/mac/i.test(navigator.platform) ? '⌘ Enter' : 'Ctrl Enter'}</kbd>
          </button>
        )}
      </div>
      <p class="small quiet">
        Each answer costs what the same request of a client costs. It counts against the budgets of the
        gateway and is kept with the tag <code>playground</code>.
      </p>
    </>
  )
}

function setAsked(chosen: readonly string[]): void {
  const { path, query } = readPlace()
  query.delete('ask')
  for (const model of chosen) query.append('ask', model)
  navigate(formatUrl(path, query), true)
}
