import { useEffect, useState } from 'preact/hooks'
import { changeQuery } from '../../../app/location.ts'
import { useListedKeys } from '../../../app/shortcuts.ts'
import { formatCount, formatTime } from '../../../ui/format.ts'
import { Empty, Failure } from '../../../ui/states.tsx'
import { RequestTable } from './request-table.tsx'
import { type TextSearch, useTextSearch } from './use-text-search.ts'

type FoundRequestsProps = {
  /** What is searched for, and the other filters. It is that of the first rendering. */
  readonly question: Readonly<Record<string, unknown>> & { readonly text: string; readonly whole: boolean }
}

/** Requests whose kept text has what is searched for, as they are found. */
export function FoundRequests({ question: asked }: FoundRequestsProps) {
  const [question] = useState(asked)
  const { search, stop, goOn } = useTextSearch(question)
  const { state, isSession } = search
  useEffect(() => {
    if (isSession) changeQuery({ session: question.text, search: null, whole: null }, true)
  }, [isSession])
  useStopKey(state === 'running', stop)
  return (
    <>
      <div class="controls search-state">
        <p class="small" role={state === 'running' ? undefined : 'status'}>
          {describeSearch(search)}
        </p>
        {state === 'running' && (
          <button type="button" onClick={stop}>
            Stop <kbd>Esc</kbd>
          </button>
        )}
        <label class="check" title="Also in instructions, earlier messages and answers">
          <input
            type="checkbox"
            checked={question.whole}
            onChange={(event) => changeQuery({ whole: event.currentTarget.checked ? '1' : null })}
          />{' '}
          whole conversations, with answers
        </label>
      </div>
      {search.kept === 'redacted' && (
        <p class="small quiet">
          Texts are kept redacted: e-mail addresses, keys and long numbers are not in them.
        </p>
      )}
      {search.error !== null && <Failure what="The search failed" error={search.error} retry={goOn} />}
      {search.requests.length > 0 && <RequestTable requests={search.requests} search={location.search} />}
      {state === 'done' && search.requests.length === 0 && <NothingFound search={search} />}
      {(state === 'full' || state === 'stopped') && (
        <button type="button" class="more" onClick={goOn}>
          Search on
        </button>
      )}
    </>
  )
}

/** Esc stops, also while the field has the focus, and leaves what is in it. */
function useStopKey(isRunning: boolean, stop: () => void): void {
  useListedKeys([{ keys: 'Esc', title: 'Stop the search' }])
  useEffect(() => {
    if (!isRunning) return
    const listener = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      stop()
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [isRunning])
}

function describeSearch({ state, requests, searchedTo, texts }: TextSearch): string {
  const found = `${formatCount(requests.length)} found in ${formatCount(texts)} ${texts === 1 ? 'text' : 'texts'}`
  if (state === 'done') return `${found}: all that are kept of these requests.`
  const back = searchedTo === null ? '' : `, searched back to ${formatTime(searchedTo)}`
  const isOn = state === 'running'
  return `${state === 'stopped' ? 'Stopped: ' : ''}${found}${back}${isOn ? ' …' : '.'}`
}

function NothingFound({ search: { texts, kept } }: { search: TextSearch }) {
  if (texts > 0)
    return (
      <Empty title="No text has this.">
        <p class="quiet">
          Only what the user asked last is searched, unless you choose more. Choose a longer time, or take a
          filter away.
        </p>
      </Empty>
    )
  return (
    <Empty title="No text of these requests is kept.">
      <p class="quiet">
        {kept === 'none' ? (
          <>
            <code>store: {'{ text: redacted }'}</code> in routellm.yaml keeps that of later requests.
          </>
        ) : (
          'Choose a longer time, or take a filter away.'
        )}
      </p>
    </Empty>
  )
}
