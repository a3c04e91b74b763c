import { changeQuery } from '../../../app/location.ts'
import { describeStatus } from '../../../decision/words/describe-status.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'

const groups = ['ok', 'error']
/** Those that the gateway answers with itself, or hands on most often. */
const common = ['400', '401', '403', '404', '413', '429', '499', '500', '502', '503', '504']

/** Chooses requests by the status of their reply. */
export function StatusFilter({ chosen }: { chosen: string }) {
  const isOther = chosen !== '' && ![...groups, ...common].includes(chosen)
  return (
    <select
      aria-label="Status"
      value={chosen}
      onChange={(event) => changeQuery({ status: event.currentTarget.value })}
    >
      <option value="">Status: all</option>
      <option value="ok">answered</option>
      <option value="error">failed</option>
      {(isOther ? [...common, chosen] : common).map((status) => (
        <option key={status} value={status}>
          {escapeInvisible(/^\d+$/.test(status) ? describeStatus(Number(status)) : status)}
        </option>
      ))}
    </select>
  )
}
