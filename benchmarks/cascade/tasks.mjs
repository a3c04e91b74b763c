import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { readCsvRows } from '../../dist/learning/formats/csv/csv-rows.js'

/**
 * Prompts with stored answers of cheap models and scores of many. `labels`: how many are drawn to learn from. `hasForm`:
 * whether an answer has the form that its prompt asks for.
 */
export const tasks = {
  gsm8k: {
    labels: 500,
    isTestSet: true,
    form: '####',
    hasForm: (answer) => answer.includes('####'),
    rows: readGsm8k,
  },
  'mmlu-pro': {
    labels: 500,
    hasForm: (answer) => /answer is \(?[A-J]/.test(answer),
    rows: (folder) => readAnswers(join(folder, 'cascade', 'mmlu_pro_answers.jsonl.gz'), () => true),
  },
  'cruxeval-o': {
    labels: 400,
    hasForm: (answer) => /"answer"\s*:/.test(answer),
    rows: (folder) => readAnswers(join(folder, 'cascade', 'zeroeval_answers.jsonl.gz'), isCrux),
  },
  math: {
    labels: 352,
    form: 'a member "answer"',
    hasForm: (answer) => /"answer"\s*:/.test(answer),
    rows: (folder) =>
      readAnswers(join(folder, 'cascade', 'zeroeval_answers.jsonl.gz'), (row) => !isCrux(row)),
  },
}

const isCrux = ({ dataset }) => dataset === 'cruxeval-o'

async function readAnswers(file, isWanted) {
  const rows = []
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) })
  for await (const line of lines) {
    const row = JSON.parse(line)
    if (isWanted(row)) rows.push(row)
  }
  return rows
}

const strong = 'gpt-4-1106-preview'
const weak = 'mistralai/Mixtral-8x7B-Instruct-v0.1'

async function readGsm8k(folder) {
  const evals = join(folder, 'routellm', 'routellm', 'evals', 'gsm8k')
  const contaminated = new Set(
    readFileSync(join(evals, 'contaminated_prompts.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).eval_prompt),
  )
  const rows = []
  for await (const { value } of readCsvRows(join(evals, 'gsm8k_responses.csv'))) {
    if (contaminated.has(value.prompt)) continue
    rows.push({
      prompt: value.prompt,
      answers: { [weak]: value[`${weak}_response`] },
      scores: { [strong]: toScore(value[strong]), [weak]: toScore(value[weak]) },
    })
  }
  return rows
}

function toScore(cell) {
  return String(cell) === 'True' || cell === true ? 1 : 0
}

const leastGap = 0.1
const strongPerWeak = 3

/**
 * For each model with answers, of the models that score at least ten points more on the rows that both have: the nearest, the
 * middle and the best, and only these where there are more, to bound the time. A model that lacks scores of more than 3 % of
 * the rows, and one without a name, is left out.
 */
export function pairsOf(rows) {
  const means = new Map()
  for (const { scores } of rows)
    for (const [model, score] of Object.entries(scores)) {
      const { sum, count } = means.get(model) ?? { sum: 0, count: 0 }
      means.set(model, { sum: sum + score, count: count + 1 })
    }
  const known = [...means].filter(([model, { count }]) => model !== 'None' && count >= 0.97 * rows.length)
  const meanOf = new Map(known.map(([model, { sum, count }]) => [model, sum / count]))
  return Object.keys(rows[0].answers).map((cheap) => {
    const better = [...meanOf]
      .filter(([, mean]) => mean - meanOf.get(cheap) >= leastGap)
      .sort((one, other) => one[1] - other[1])
      .map(([model]) => model)
    const places = [...new Array(Math.min(strongPerWeak, better.length)).keys()]
    const step = (better.length - 1) / Math.max(1, strongPerWeak - 1)
    return {
      weak: cheap,
      strong:
        better.length <= strongPerWeak ? better : places.map((place) => better[Math.round(place * step)]),
    }
  })
}
