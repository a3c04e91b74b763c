import { ConfigError } from '../../errors.ts'
import { maxTimerMs } from './schema.ts'

/**
 * The milliseconds of an option for a timer, unchanged.
 *
 * @throws ConfigError `bad-timeout` for anything but 0 to 2,147,483,647: Node fires a timer with a longer delay at once.
 */
export function checkTimerMs(ms: number, option: string): number {
  if (ms >= 0 && ms <= maxTimerMs) return ms
  throw new ConfigError(
    'bad-timeout',
    `${option} is ${ms}; it must be from 0 to ${maxTimerMs} milliseconds.`,
    {
      param: option,
    },
  )
}
