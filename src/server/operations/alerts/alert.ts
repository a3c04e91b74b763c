import type { AlertEvent } from '../../../config/config.ts'

/** Something that those who run the server should know at once. Plain data, without secrets and without text of requests. */
export type Alert = {
  readonly event: AlertEvent
  /** Equal for alerts about the same thing, which are sent once in a while only: `budget:key:web:day:2026-11-30:80`. */
  readonly key: string
  /** `firing`, or `resolved` for one that fired before. */
  readonly state: 'firing' | 'resolved'
  /** One sentence for a person. */
  readonly summary: string
  readonly details: Readonly<Record<string, string | number | null>>
}

/** Takes alerts. Returns at once and never throws. */
export type RaiseAlert = (alert: Alert) => void
