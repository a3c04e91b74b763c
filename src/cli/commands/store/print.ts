import type { StoreInfo } from '../../../store/store-info.ts'

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

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
