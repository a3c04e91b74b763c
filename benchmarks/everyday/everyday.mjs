// How well the routers that need no labels tell prompts that need the strong model from others, on everyday prompts and on real
// users' ones: AUC with 95 % intervals and paired differences. Writes benchmarks/results/everyday.json and the tables of
// docs/routers/README.md and docs/targets.md. Needs the build.
//   node benchmarks/everyday/everyday.mjs --data <folder with everyday/, pool/ and training/> [--only everyday_tiers,real]
//     [--encoder '{"kind": "mf", "encoder": …}' [--cache <file that keeps the encoder's vectors of the corpus>]]
//   node benchmarks/everyday/everyday.mjs --data … --test-set --what "why this run"
//     scores the hand-written prompts too. They are a test set: once, after the choice is frozen; recorded in
//     test-set-runs.jsonl.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { compareRouters, createResampledAuc } from './comparison/compare.mjs'
import { dataSetNames, readDataSet, testSetNames } from './comparison/data-sets.mjs'
import { baselines, scoreWithRouters, storedOtherRouters } from './comparison/routers.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string' },
    encoder: { type: 'string' },
    cache: { type: 'string' },
    'test-set': { type: 'boolean', default: false },
    what: { type: 'string' },
  },
})
const chosen = (values.only?.split(',') ?? dataSetNames).filter(
  (name) => values['test-set'] || !testSetNames.includes(name),
)
const unknown = chosen.find((name) => !dataSetNames.includes(name))
if (values.data === undefined || unknown !== undefined || chosen.length === 0) {
  console.error(
    `Name the folder of the data (--data). Data sets: ${dataSetNames.join(', ')}; ${testSetNames.join(', ')} only with --test-set.`,
  )
  process.exit(2)
}
if (values['test-set'] && values.what === undefined) {
  console.error('A run on the test set needs its reason: --what.')
  process.exit(2)
}

const resultsFile = join(project, 'benchmarks', 'results', 'everyday.json')
/** The data sets that routers of the package were trained on. */
const trainedOn = ['corpus', 'everyday_tiers']
/** Of fewer hard or fewer easy prompts an AUC says nothing. */
const leastOfEachSide = 10

const results = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {}
const encoder =
  values.encoder === undefined ? undefined : { name: 'auto-encoder', ...JSON.parse(values.encoder) }
for (const name of chosen) {
  console.error(`${name} …`)
  const set = readDataSet(name, values.data)
  results[name] = await measure(set)
  if (set.isTestSet) record(name)
}
writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`)
const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
for (const name of chosen) print(name, results[name])
await writeGeneratedDocs()

async function measure({ name, prompts }) {
  const scored = await scoreUnseen(name, prompts)
  const all = prompts.map((_, row) => row)
  const groups = [...new Set(prompts.map(({ group }) => group))].flatMap((group) => {
    const rows = all.filter((row) => prompts[row].group === group)
    const hard = rows.filter((row) => prompts[row].isHard).length
    return Math.min(hard, rows.length - hard) < leastOfEachSide
      ? []
      : [[group, separationOf(rows, 'ofGroups')]]
  })
  return {
    when: new Date().toISOString(),
    all: separationOf(all, 'winRates'),
    groups: Object.fromEntries(groups),
    ...(name === 'real' && { otherPackages: comparisonWithPackages(prompts, scored) }),
    ...(name !== 'corpus' && {
      strongShares: Object.fromEntries(
        Object.entries(scored).map(([router, one]) => [
          router,
          { threshold: one.threshold, hard: strongShare(true, one), easy: strongShare(false, one) },
        ]),
      ),
    }),
  }

  /** @param scores which of a router's scores: `ofGroups`, if it has such, for the groups. */
  function separationOf(rows, scores) {
    const isHard = rows.map((row) => prompts[row].isHard)
    const statistics = Object.fromEntries(
      Object.entries(scored).map(([router, one]) => [
        router,
        createResampledAuc(
          rows.map((row) => (one[scores] ?? one.winRates)[row]),
          isHard,
        ),
      ]),
    )
    return {
      rows: rows.length,
      hard: isHard.filter(Boolean).length,
      routers: compareRouters(statistics, rows.length, baselines),
    }
  }

  function strongShare(isHard, { winRates, threshold }) {
    const rows = all.filter((row) => prompts[row].isHard === isHard)
    return rows.filter((row) => winRates[row] >= threshold).length / rows.length
  }
}

/**
 * Win rates of all routers: those of a router that was trained on these prompts are from fits that have not seen the prompt. Its
 * threshold is that of the router that ships.
 */
async function scoreUnseen(name, prompts) {
  // Of the corpus the encoder's vectors are kept, and computed once.
  const scored = await scoreWithRouters(prompts, {
    set: name,
    ...(name !== 'corpus' && encoder !== undefined && { encoder }),
  })
  if (!trainedOn.includes(name)) return scored
  const { leftOut } = await import('./comparison/left-out.mjs')
  const unseen = await leftOut[name](prompts, { data: values.data, encoder, cache: values.cache })
  for (const [router, scores] of Object.entries(unseen)) scored[router] = { ...scored[router], ...scores }
  return scored
}

/** AUC of routers of other packages within each group, and how much higher the AUC of ours is, paired. */
function comparisonWithPackages(prompts, scored) {
  const others = storedOtherRouters(prompts)
  const ours = Object.fromEntries(
    ['mf', 'encoder tier'].flatMap((router) =>
      scored[router] === undefined ? [] : [[router, scored[router].winRates]],
    ),
  )
  const groups = [...new Set(prompts.map(({ group }) => group))].map((group) => {
    const rows = prompts.flatMap((one, row) => (one.group === group ? [row] : []))
    const statistics = Object.fromEntries(
      Object.entries({ ...ours, ...others }).map(([router, numbers]) => [
        router,
        createResampledAuc(
          rows.map((row) => numbers[row]),
          rows.map((row) => prompts[row].isHard),
        ),
      ]),
    )
    const compared = compareRouters(statistics, rows.length, Object.keys(others))
    // How other packages compare with each other is not asked here.
    const kept = Object.entries(compared).map(([router, { minus, ...one }]) => [
      router,
      router in ours ? { ...one, minus } : one,
    ])
    return [group, Object.fromEntries(kept)]
  })
  return Object.fromEntries(groups)
}

function record(name) {
  const { when, all } = results[name]
  appendFileSync(
    join(project, 'benchmarks', 'test-set-runs.jsonl'),
    `${JSON.stringify({ when, what: values.what, result: { [name]: all } })}\n`,
  )
}

function print(name, { all, groups, strongShares = {} }) {
  for (const [group, { rows, hard, routers }] of Object.entries({ all, ...groups })) {
    console.log(`\n${name}, ${group}: ${hard} hard, ${rows - hard} easy`)
    for (const [router, { value, interval, minus }] of Object.entries(routers)) {
      const differences = Object.entries(minus).map(
        ([other, one]) => `− ${other} ${one.difference} [${one.interval}]`,
      )
      console.log(`  ${router.padEnd(14)} ${value} [${interval}]  ${differences.join('  ')}`)
    }
  }
  console.log(`\n${name}: shares sent to the strong model at the default threshold`)
  for (const [router, { hard, easy }] of Object.entries(strongShares))
    console.log(`  ${router.padEnd(14)} hard ${hard.toFixed(3)}, easy ${easy.toFixed(3)}`)
}
