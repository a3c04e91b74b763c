import { useState } from 'preact/hooks'
import type { LabelQueueAnswer, LabelSelectAnswer } from '../../../src/server/admin/api/label/routes.ts'
import { postJson } from '../../api/request.ts'
import { formatCount } from '../../ui/format.ts'
import { Command, Empty, Failure } from '../../ui/states.tsx'

/** Nothing waits: when something will, and how to have it now. */
export function EmptyQueue({ queue, onSelected }: { queue: LabelQueueAnswer; onSelected: () => void }) {
  const { settings, counts } = queue
  if (settings.text === 'none') return <NoText waiting={counts.withoutText} />
  return (
    <Empty title="No request waits for a label.">
      {counts.withoutText > 0 && (
        <p class="quiet">
          {formatCount(counts.withoutText)} were put up whose text is not kept, so nobody can read them.
        </p>
      )}
      <p class="quiet">
        {settings.perDay === null
          ? 'The server puts none up by itself. In routellm.yaml, this has it look every ten minutes:'
          : `The server looks every ten minutes and puts up about ${formatCount(settings.perDay)} requests a day: those the router is unsure about, unlike the labelled ones, or dear, and some by chance.`}
      </p>
      {settings.perDay === null && <Command text="labels: { perDay: 20 }" />}
      <SelectNow onSelected={onSelected} />
    </Empty>
  )
}

function NoText({ waiting }: { waiting: number }) {
  return (
    <Empty title="The text of requests is not kept, so there is nothing to read and to label.">
      <p class="quiet">
        Keep it in routellm.yaml; <code>redacted</code> keeps it without addresses, numbers and keys. Requests
        that come then can be labelled.
        {waiting > 0 && ` ${formatCount(waiting)} wait without a text.`}
      </p>
      <Command text="store: { text: full }" />
    </Empty>
  )
}

/** Puts requests up now. It takes some seconds. */
function SelectNow({ onSelected }: { onSelected: () => void }) {
  const [state, setState] = useState<'busy' | Error | LabelSelectAnswer | null>(null)
  const select = () => {
    setState('busy')
    postJson<LabelSelectAnswer>('/label/select', {}).then((selected) => {
      setState(selected)
      if (selected.putUp > 0) onSelected()
    }, setState)
  }
  return (
    <>
      <button type="button" class="primary" disabled={state === 'busy'} onClick={select}>
        {state === 'busy' ? 'Looking …' : 'Put requests up now'}
      </button>
      <p class="small quiet">
        The same as <code>routellm labels select</code>: it looks at the requests since the last time, at
        first at those of a day.
      </p>
      {state instanceof Error ? (
        <Failure what="Nothing was put up" error={state} retry={select} />
      ) : (
        state !== null &&
        state !== 'busy' && (
          <p role="status">
            {state.examined === 0
              ? 'No request has come since the last time that two models could have answered.'
              : `${formatCount(state.putUp)} of ${formatCount(state.examined)} requests are put up.`}
          </p>
        )
      )}
    </>
  )
}
