import { z } from 'zod'
import { nearestHint, type Problem } from './problems.ts'
import { isRouterKind, routerKinds, trainedKinds } from './schema/router-kinds.ts'
import { type ConfigFile, configSchema } from './schema/schema.ts'

/**
 * A file without `version` is in the upstream project's format (its `config.example.yaml`): router name → keyword
 * arguments of that router's class. What exists here is mapped; the rest is said not to exist, by name.
 */
export function fromUpstreamFormat(value: unknown): { file: ConfigFile } | { problems: Problem[] } {
  const entries = z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).safeParse(value ?? {})
  if (!entries.success || Object.keys(entries.data).length === 0)
    return {
      problems: [
        {
          path: [],
          message:
            'neither `version: 1` nor router names with their arguments; `routellm init` writes a file to start from',
        },
      ],
    }
  const problems: Problem[] = []
  const routers: Record<string, Record<string, unknown>> = {}
  for (const [name, given] of Object.entries(entries.data)) {
    const mapped = mappedRouter(name, given ?? {})
    if ('problems' in mapped) problems.push(...mapped.problems)
    else routers[name] = mapped.router
  }
  if (problems.length > 0) return { problems }
  const first = 'mf' in routers ? 'mf' : Object.keys(routers)[0]
  // Upstream has no calibrated default; its documentation thresholds win rates directly.
  return { file: configSchema.parse({ version: 1, routers, auto: { router: first, threshold: 0.5 } }) }
}

type Mapped = { router: Record<string, unknown> } | { problems: Problem[] }

function mappedRouter(name: string, given: Record<string, unknown>): Mapped {
  if (name in versionOneSections)
    return refuse([name], `\`${name}\` is a section of version 1; start the file with \`version: 1\``)
  if (trainedKinds.includes(name))
    return refuse(
      [name],
      `the router ${name} is trained once, not at every start: \`routellm train ${name} ${name === 'few_label' ? '--labels <labels>' : '--data <battles>'} --output ./my-${name}\`, then start the file with \`version: 1\` and write \`${name}: { artifact: ./my-${name} }\` below \`routers:\``,
    )
  if (!isRouterKind(name)) return refuse([name], `unknown router "${name}".${nearestHint(name, routerKinds)}`)
  if (name === 'mf') return matrixFactorization(given)
  if (name === 'bert') return bert(given)
  return name === 'causal_llm' ? causalLlm(given) : withoutArguments(name, given)
}

const versionOneSections = configSchema.shape

function matrixFactorization(given: Record<string, unknown>): Mapped {
  const names = { strong_model: 'scoringStrongModel', weak_model: 'scoringWeakModel' } as const
  const router: Record<string, unknown> = {}
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    const path = ['mf', key]
    if (/^(hidden_size|num_models|text_dim|num_classes|use_proj)$/.test(key))
      problems.push({ path, message: 'is read from the checkpoint; remove it' })
    else if (key !== 'checkpoint_path' && key !== 'strong_model' && key !== 'weak_model')
      problems.push({
        path,
        message: `unknown argument "${key}".${nearestHint(key, ['checkpoint_path', 'strong_model', 'weak_model'])}`,
      })
    else if (typeof value !== 'string' || value === '') problems.push({ path, message: 'must be a text' })
    else if (key === 'checkpoint_path') router.checkpoint = value
    else router[names[key]] = value
  }
  if (problems.length > 0) return { problems }
  if (router.checkpoint === undefined && Object.keys(router).length > 0)
    return refuse(['mf'], 'strong_model and weak_model belong to a checkpoint; add checkpoint_path')
  if (router.checkpoint !== undefined) router.embedder = 'openai-compatible:text-embedding-3-small'
  return { router }
}

/** Where `vllm serve <checkpoint>` answers, under the checkpoint's own name, unless it is told otherwise. */
const checkpointServer = 'http://127.0.0.1:8000/v1'

/**
 * Upstream loads the checkpoint into its own process. Here the same checkpoint is asked where vLLM serves it, in the
 * reference's own format and with the prompt files that lie beside the weights.
 */
function causalLlm(given: Record<string, unknown>): Mapped {
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    const path = ['causal_llm', key]
    if (/^(model_type|model_id|flash_attention_2|attention_dropout)$/.test(key))
      problems.push({ path, message: 'is up to the server that serves the checkpoint; remove it' })
    else if (/^(score_threshold|special_tokens|num_outputs)$/.test(key))
      problems.push({
        path,
        message: 'is fixed: five labels, of which [[4]] and [[5]] speak for the weak model; remove it',
      })
    else if (key !== 'checkpoint_path')
      problems.push({ path, message: `unknown argument "${key}".${nearestHint(key, ['checkpoint_path'])}` })
    else if (typeof value !== 'string' || value === '') problems.push({ path, message: 'must be a text' })
  }
  if (problems.length > 0) return { problems }
  const checkpoint = given.checkpoint_path
  if (checkpoint === undefined)
    return refuse(['causal_llm'], "needs checkpoint_path: routellm/causal_llm_gpt4_augmented is upstream's")
  return { router: { checkpoint, model: checkpoint, baseUrl: checkpointServer, mode: 'completion' } }
}

function bert(given: Record<string, unknown>): Mapped {
  const { checkpoint_path: checkpoint, num_labels: labels = 3, ...rest } = given
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined)
    return refuse(
      ['bert', unknown],
      `unknown argument "${unknown}".${nearestHint(unknown, ['checkpoint_path', 'num_labels'])}`,
    )
  if (labels !== 3) return refuse(['bert', 'num_labels'], 'must be 3: strong wins, tie, weak wins')
  if (checkpoint === undefined) return { router: {} }
  if (typeof checkpoint !== 'string' || checkpoint === '')
    return refuse(['bert', 'checkpoint_path'], 'must be a text')
  return { router: { checkpoint } }
}

function withoutArguments(name: string, given: Record<string, unknown>): Mapped {
  const keys = Object.keys(given)
  if (keys.length === 0) return { router: {} }
  return refuse([name, keys[0]!], `the router ${name} takes no arguments in this format`)
}

function refuse(path: readonly PropertyKey[], message: string): Mapped {
  return { problems: [{ path, message }] }
}
