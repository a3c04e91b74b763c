// How often a turn is recognised as a follow-up or as a question of its own, on the held-out turns of recipes/follow-ups: the
// classifier that ships and the English lists, by language. The held-out turns are test sets: every run is recorded in
// test-set-runs.jsonl. Needs the build: npm run build.
//   node benchmarks/everyday/follow-ups.mjs
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wilsonInterval } from '../../dist/base/math/statistics/proportion.js'
import { loadFollowUpReader } from '../../dist/routing/follow-ups/follow-up-reader.js'
import { englishFollowUpRule, isListedFollowUp } from '../../dist/routing/prompts/follow-up.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'

const reader = await loadFollowUpReader()
const ways = {
  classifier: ({ turn, after }) => reader.isFollowUp(turn, after ?? ''),
  lists: ({ turn }) => isListedFollowUp(turn, englishFollowUpRule),
}

function measure(turns, isCounted) {
  const counted = turns.filter(isCounted)
  return Object.fromEntries(
    Object.entries(ways).map(([name, isFollowUp]) => {
      const right = counted.filter((turn) => isFollowUp(turn) === (turn.kind === 'follow-up')).length
      return [
        name,
        {
          right,
          turns: counted.length,
          share: right / counted.length,
          interval: wilsonInterval(right, counted.length),
        },
      ]
    }),
  )
}

function measureSet(name) {
  const turns = readFileSync(join(project, `recipes/follow-ups/${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const languages = [...new Set(turns.map(({ language }) => language))].sort()
  const rows = [...languages, 'all'].map((language) => {
    const isOf = (turn) => language === 'all' || turn.language === language
    return {
      language,
      both: measure(turns, isOf),
      followUps: measure(turns, (turn) => isOf(turn) && turn.kind === 'follow-up'),
      questions: measure(turns, (turn) => isOf(turn) && turn.kind === 'question'),
    }
  })
  for (const { language, both, followUps, questions } of rows)
    console.log(
      name,
      language,
      both.classifier.share.toFixed(3),
      followUps.classifier.share.toFixed(3),
      questions.classifier.share.toFixed(3),
      `lists ${both.lists.share.toFixed(3)}`,
    )
  return rows
}

const results = {
  rows: measureSet('held-out'),
  rowsOfSecond: measureSet('held-out-2'),
  rowsOfThird: measureSet('held-out-3'),
}
writeFileSync(join(project, 'benchmarks/results/follow-ups.json'), `${JSON.stringify(results, null, 1)}\n`)
appendFileSync(
  join(project, 'benchmarks/test-set-runs.jsonl'),
  `${JSON.stringify({ when: new Date().toISOString(), what: 'follow-ups: the classifier and the English lists on the three sets of held-out turns', result: results })}\n`,
)
await writeGeneratedDocs()
