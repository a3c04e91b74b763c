import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { UpstreamSettings } from '../router-kind.ts'

/** The settings that match the keyword arguments of upstream's `BERTRouter`. */
export function mapUpstreamArguments(given: Readonly<Record<string, unknown>>): UpstreamSettings {
  const { checkpoint_path: checkpoint, num_labels: labels = 3, ...rest } = given
  const [unknown] = Object.keys(rest)
  const refuse = (key: string, message: string) => ({ problems: [{ path: [key], message }] })
  if (unknown !== undefined)
    return refuse(
      unknown,
      `unknown argument "${unknown}".${nearestHint(unknown, ['checkpoint_path', 'num_labels'])}`,
    )
  if (labels !== 3) return refuse('num_labels', 'must be 3: strong wins, tie, weak wins')
  if (checkpoint === undefined) return { settings: {} }
  if (typeof checkpoint !== 'string' || checkpoint === '') return refuse('checkpoint_path', 'must be a text')
  return { settings: { checkpoint } }
}
