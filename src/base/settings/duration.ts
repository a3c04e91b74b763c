import { z } from 'zod'

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A time span such as `30m`, `24h` or `7d`, as milliseconds. */
export const durationMs = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhd]$/, {
    error: 'must be a whole number with a unit: m, h or d, such as 30m, 24h or 7d',
  })
  .transform((text) => Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs])
