// The twelve prompts of docs/routers/README.md: what the default decides and why, and what other routers decide.
import { decideUnconfigured } from '../decisions.mjs'
import { table } from '../markdown.mjs'

/**
 * @param {(path: string) => Promise<any>} load a module of src/ by its path without an ending
 * @param others contents of benchmarks/results/other-routers.json
 * @param old contents of benchmarks/results/old-default.json
 */
export async function twelvePromptsMarkdown(load, others, old) {
  const { prompts } = others
  const decisions = await decideUnconfigured(
    load,
    prompts.map(({ prompt }) => prompt),
  )
  const columns = [
    { title: '**built-in**', version: 'this one', decisions: decisions.map(ofDecision) },
    ...(await baselineColumns(load, prompts)),
    { title: 'old default', version: old.commit, decisions: ofOldDefault(old, prompts) },
    ...others.routers,
  ]
  return [
    table(
      ['', 'prompt', 'needs', 'kind of work', 'win rate', 'goes to', 'reason'],
      prompts.map(({ prompt, needs }, index) => {
        const { task, strongWinRate, model, explanation } = decisions[index]
        return [
          index + 1,
          prompt.replaceAll('|', '\\|'),
          needs,
          task ?? '—',
          strongWinRate.toFixed(2),
          mark(model === needs, model),
          explanation.summary,
        ]
      }),
      { leftColumns: 7 },
    ),
    `The threshold is ${decisions[0].threshold.toFixed(2)}. The same twelve through other routers, each as installed, with its defaults:`,
    table(
      ['', 'needs', ...columns.map(({ title }) => title)],
      [
        ['version', '', ...columns.map(({ version }) => version)],
        ...prompts.map(({ needs }, index) => [
          index + 1,
          needs,
          ...columns.map(({ decisions }) => decisions[index].said),
        ]),
        [
          'pairs in the right order, of 36',
          '',
          ...columns.map(({ decisions }) => pairsInOrder(prompts, decisions)),
        ],
      ],
      { leftColumns: 2 + columns.length },
    ),
    ['How each was asked:', ...others.routers.map(askedSentence)].join('\n- '),
    `Measured ${others.when.slice(0, 10)}.`,
  ].join('\n\n')
}

async function baselineColumns(load, prompts) {
  const { loadRouter } = await load('routing/routers/registry')
  const { findThreshold } = await load('routing/policies/pair/threshold')
  const columns = []
  for (const name of ['length', 'rules']) {
    const router = await loadRouter({ name, kind: name }, { embedderOptions: {}, hub: {} })
    const threshold = findThreshold(router, { kind: 'router-default' })
    columns.push({
      title: `\`${name}\``,
      version: 'this one',
      decisions: prompts.map(({ prompt }) =>
        ofWinRate(router.strongWinRate({ text: prompt, system: '' }), threshold),
      ),
    })
  }
  return columns
}

function ofDecision({ model, strongWinRate }) {
  return { said: `${model} (${strongWinRate.toFixed(2)})`, order: strongWinRate }
}

function ofWinRate(winRate, threshold) {
  return { said: `${winRate >= threshold ? 'strong' : 'weak'} (${winRate.toFixed(2)})`, order: winRate }
}

function ofOldDefault({ threshold, sets }, prompts) {
  const bytes = new Uint8Array(Buffer.from(sets.twelve_prompts.numbers, 'base64'))
  const winRates = new Float32Array(bytes.buffer)
  return prompts.map((_, index) => ofWinRate(winRates[index], threshold))
}

/** Of all pairs of a prompt that needs the strong model and one that does not: how many it orders so; ties count half. */
function pairsInOrder(prompts, decisions) {
  const of = (side) => decisions.filter((_, index) => prompts[index].needs === side)
  const points = of('strong').flatMap((hard) =>
    of('weak').map((easy) => (hard.order > easy.order ? 1 : hard.order === easy.order ? 0.5 : 0)),
  )
  return points.reduce((sum, point) => sum + point, 0)
}

function askedSentence({ title, package: name, version, registry, called }) {
  return `${title} (\`${name}\` ${version}, ${registry}): ${called}.`
}

function mark(isRight, text) {
  return isRight ? text : `**${text}**`
}
