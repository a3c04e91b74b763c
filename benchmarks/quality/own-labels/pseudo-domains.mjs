import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { drawAscending } from '../../../dist/base/math/draw.js'
import { createRandom } from '../../../dist/base/math/random.js'

/** Rows of a set, drawn once: more hardly change its figures. */
const mostRows = 2_500

/**
 * Data sets of the training files that stand for the traffic of a user, each with a strong and a weak model that occur in
 * it. Settings of the few-label router are chosen on these, because the benchmarks must not influence them. The gap is at
 * least 6 points. The sets of one family have the same prompts or nearly the same.
 */
export const pseudoDomains = [
  set('mmlu_pro', 'gpt-4o-2024-05-13', 'Mixtral-8x7B-Instruct-v0.1'),
  set('mmlu_pro', 'gemini-1.5-pro-002', 'Meta-Llama-3_1-8B-Instruct'),
  set('bbh', 'Qwen/Qwen2.5-72B-Instruct', 'mistralai/Mixtral-8x7B-Instruct-v0.1'),
  set('agieval', 'meta-llama/Llama-3.1-8B-Instruct', 'meta-llama/Llama-3.2-1B-Instruct'),
  set('ulab_llmrouter_mix', 'llama-3.1-nemotron-51b-instruct', 'mistral-7b-instruct-v0.3'),
  set('cmmlu', 'HuggingFaceH4/zephyr-7b-beta', 'mistralai/Mistral-7B-v0.1'),
  set('ceval', 'HuggingFaceH4/zephyr-7b-beta', 'mistralai/Mistral-7B-v0.1'),
  set('arc_easy', 'meta-llama/Llama-3.1-8B-Instruct', 'meta-llama/Llama-3.2-1B-Instruct'),
  set('routerbench_arc_challenge', 'gpt-4-1106-preview', 'mistralai/mixtral-8x7b-chat'),
  set('math_hard_test', 'Qwen/Qwen2-72B-Instruct', 'mistralai/Mixtral-8x7B-Instruct-v0.1'),
  set('svamp', 'gpt-4-1106-preview', 'mixtral-8x7b-instruct-v0.1'),
  set('gsm8k_train', 'meta-math/MetaMath-Mistral-7B', 'mistralai/Mistral-7B-v0.1'),
  set('cruxeval-o', 'gpt-4-turbo-2024-04-09', 'Mixtral-8x7B-Instruct-v0.1'),
  set('skt_dev', 'axk1-think', 'ax31-light'),
]

function set(dataset, strong, weak) {
  return {
    name: `${dataset}: ${strong.split('/').at(-1)} / ${weak.split('/').at(-1)}`,
    dataset,
    strong,
    weak,
  }
}

/** The labelled rows of each set, [{ prompt, strongScore, weakScore }]; a prompt that stands twice is kept once. */
export async function loadPseudoDomains(dataFolder, wanted = pseudoDomains) {
  const rows = new Map(wanted.map((domain) => [domain, new Map()]))
  const file = join(dataFolder, 'training', 'train_pool.jsonl.gz')
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const { dataset, prompt, scores } = JSON.parse(line)
    for (const [domain, found] of rows) {
      const [strongScore, weakScore] = [scores[domain.strong], scores[domain.weak]]
      if (dataset !== domain.dataset || strongScore === undefined || weakScore === undefined) continue
      if (!found.has(prompt)) found.set(prompt, { prompt, strongScore, weakScore })
    }
  }
  return wanted.map((domain) => {
    const found = [...rows.get(domain).values()]
    const drawn = drawAscending(found.length, mostRows, createRandom(1))
    return { ...domain, rows: Array.from(drawn, (row) => found[row]) }
  })
}
