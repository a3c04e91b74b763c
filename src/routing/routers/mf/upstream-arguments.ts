import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import type { UpstreamSettings } from '../router-kind.ts'

const settingNames = { strong_model: 'scoringStrongModel', weak_model: 'scoringWeakModel' } as const

/** The settings that match the keyword arguments of upstream's `MatrixFactorizationRouter`. */
export function mapUpstreamArguments(given: Readonly<Record<string, unknown>>): UpstreamSettings {
  const settings: Record<string, unknown> = {}
  const problems: SettingProblem[] = []
  for (const [key, value] of Object.entries(given)) {
    const refuse = (message: string) => problems.push({ path: [key], message })
    if (/^(hidden_size|num_models|text_dim|num_classes|use_proj)$/.test(key))
      refuse('is read from the checkpoint; remove it')
    else if (key !== 'checkpoint_path' && key !== 'strong_model' && key !== 'weak_model')
      refuse(
        `unknown argument "${key}".${nearestHint(key, ['checkpoint_path', 'strong_model', 'weak_model'])}`,
      )
    else if (typeof value !== 'string' || value === '') refuse('must be a text')
    else if (key === 'checkpoint_path') settings.checkpoint = value
    else settings[settingNames[key]] = value
  }
  if (problems.length > 0) return { problems }
  if (settings.checkpoint === undefined && Object.keys(settings).length > 0)
    return {
      problems: [
        { path: [], message: 'strong_model and weak_model belong to a checkpoint; add checkpoint_path' },
      ],
    }
  if (settings.checkpoint === undefined) return { settings }
  return { settings: { ...settings, embedder: 'openai-compatible:text-embedding-3-small' } }
}
