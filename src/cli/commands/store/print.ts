import type { StoreInfo } from '../../../store/store-info.ts'
import type { Imported } from '../../../store/transfer/import-rows.ts'

export function formatInfo(info: StoreInfo): string[] {
  const { path, requests, feedback, sessions, usd, firstTime, lastTime, bytes, journalBytes, textBytes } =
    info
  const megabytes = (size: number) => `${(size / 1e6).toFixed(1)} MB`
  const since =
    firstTime === null || lastTime === null ? '' : ` from ${toDay(firstTime)} to ${toDay(lastTime)}`
  return [
    path,
    `requests  ${requests.toLocaleString('en')}${since}`,
    `feedback  ${feedback.toLocaleString('en')}`,
    `sessions  ${sessions.toLocaleString('en')}`,
    `dollars   ${usd.toFixed(6)}, of requests whose cost is known`,
    `size      ${megabytes(bytes)}, of it ${megabytes(journalBytes)} journal and ${megabytes(textBytes)} texts`,
  ]
}

export function formatImported(imported: Imported): string[] {
  const { requests, feedback, labels, shadow, known, leftOut } = imported
  const count = (rows: number) => rows.toLocaleString('en')
  const others = Object.entries(leftOut).filter(([, rows]) => rows > 0)
  return [
    `Added ${count(requests)} requests, ${count(feedback)} feedbacks, ${count(labels)} labels and ${count(shadow)} shadow calls; ${count(known)} rows were there already.`,
    ...(others.length === 0
      ? []
      : [`Not imported: rows of ${others.map(([kind, rows]) => `${kind} (${count(rows)})`).join(', ')}.`]),
  ]
}

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
