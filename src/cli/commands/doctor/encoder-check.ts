import { encoderArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import { loadRouterManifest } from '../../../base/artifact/load.ts'
import { findInferencePackages } from '../../../routing/onnx/inference/runtime-packages.ts'
import { encoderCost } from '../../../routing/routers/mf/encoder/costs.ts'
import { leftOutRankingOf } from '../../../routing/routers/trained-artifact.ts'
import type { Check } from './check.ts'

/** What an encoder would bring to routing, what it costs, and whether its packages are there. */
export async function encoderCheck(): Promise<Check> {
  const name = 'optional encoder'
  const entry = `auto-encoder: { kind: mf, encoder: ${encoderCost.model} }`
  const cost = `${encoderCost.milliseconds} ms for a prompt of 1,000 characters on two cores, ${encoderCost.megabytes} MB of memory, ${encoderCost.downloadMegabytes} MB to download once`
  const detail = `\`${entry}\` under routers reads what is asked with an encoder${await gain()}; it costs about ${cost}`
  try {
    findInferencePackages()
    return { name, status: 'ok', detail }
  } catch {
    return {
      name,
      status: 'absent',
      detail,
      remedy:
        'npm install onnxruntime-node @huggingface/tokenizers @huggingface/hub (ONNXRUNTIME_NODE_INSTALL=skip before it leaves the CUDA download out, which nothing here needs). Without it, such a router scores as the built-in one does',
    }
  }
}

/** How well it ranks prompts that were left out of its fit. */
async function gain(): Promise<string> {
  const { metrics } = await loadRouterManifest(encoderArtifactFolder())
  const ranking = leftOutRankingOf(metrics)
  if (ranking === undefined) return ''
  const { area, standardError } = ranking
  const [from, to] = [area - 1.96 * standardError, Math.min(1, area + 1.96 * standardError)]
  return `: on everyday prompts that it has not seen, it sends the harder of two to the strong model ${percent(area)} % of the time (95 % interval ${percent(from)} to ${percent(to)}; 50 is chance)`
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
