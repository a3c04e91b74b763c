import { isAtMost } from '../../../base/math/decimals.ts'
import { formatFixed, formatSigned, formatUsd } from '../../../base/text/format/format-number.ts'
import type {
  ExplainedDecision,
  ExplainedRoutedDecision,
} from '../../../gateway/decide/explanation/explained-decision.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { Neighbour } from '../../../routing/routers/explanation.ts'
import type { Colors } from '../../terminal/terminal.ts'

/** A decision as readable text: the model, the reason, what moved the score, what would flip it, and the kind of work. */
export function decisionLines(decision: ExplainedDecision, pair: ModelPair, colors: Colors): string[] {
  const head = `${colors.bold(decision.model)} answers`
  const summary = `${decision.explanation.summary}.`
  if (decision.reason !== 'routed') return [head, summary]
  return [
    head,
    summary,
    ...candidateTable(decision),
    ...contributionTable(decision, pair),
    ...neighbourList(decision.explanation.nearest ?? []),
    ...(decision.threshold === null
      ? toleranceSentence(decision)
      : flipSentence(decision.strongWinRate, decision.threshold, pair)),
    ...(decision.task === null ? [] : [`Most likely kind of work: ${decision.task}.`]),
  ]
}

function contributionTable(
  { explanation: { contributions }, threshold }: ExplainedRoutedDecision,
  pair: ModelPair,
): string[] {
  if (contributions.length === 0) return []
  const shown = contributions.slice(0, 8)
  const rest = contributions.length - shown.length
  const width = Math.max(27, ...shown.map(({ feature }) => feature.length)) + 1
  return [
    '',
    `  ${'what moved it'.padEnd(width)}${'value'.padStart(12)}${'effect'.padStart(10)}`,
    ...shown.map(({ feature, value, effect }) => {
      const side = threshold === null ? '' : `  for ${effect < 0 ? pair.weak : pair.strong}`
      const signed = formatSigned(effect, threshold === null ? 4 : 2)
      return `  ${feature.padEnd(width)}${number(value).padStart(12)}${signed.padStart(10)}${side}`
    }),
    ...(rest > 0 ? [`  and ${rest} smaller`] : []),
    threshold === null
      ? '  (effect: on the utility, against the second best)'
      : '  (effect: on the log-odds of the strong model winning)',
  ]
}

/** Nothing for a pair, which the summary describes. */
function candidateTable({ candidates, threshold }: ExplainedRoutedDecision): string[] {
  if (threshold !== null || candidates.length < 2) return []
  const width = Math.max(27, ...candidates.map(({ model }) => model.length)) + 1
  return [
    '',
    `  ${'candidate'.padEnd(width)}${'score'.padStart(12)}${'cost'.padStart(12)}`,
    ...candidates.map(({ model, score, usd, excluded }) => {
      const cost = usd === null ? 'unpriced' : formatUsd(usd)
      const numbers = `${(score === null ? '–' : number(score)).padStart(12)}${cost.padStart(12)}`
      return `  ${model.padEnd(width)}${numbers}${excluded === null ? '' : `  excluded: ${excluded}`}`
    }),
  ]
}

function neighbourList(nearest: readonly Neighbour[]): string[] {
  if (nearest.length === 0) return []
  return [
    '',
    '  most similar labelled prompts (similarity, who did better, how it begins)',
    ...nearest.map((neighbour) => {
      const { prompt, similarity } = neighbour
      const beginning = prompt === '' ? '(text not kept)' : JSON.stringify(shortened(prompt))
      return `  ${formatFixed(similarity, 2).padStart(5)}  ${verdict(neighbour)}  ${beginning}`
    }),
  ]
}

function verdict({ modelA, modelB, winA }: Neighbour): string {
  if (winA === 0.5) return `${modelA} and ${modelB} tied`
  const [better, worse, share] = winA > 0.5 ? [modelA, modelB, winA] : [modelB, modelA, 1 - winA]
  return share === 1 ? `${better} over ${worse}` : `${better} over ${worse} in ${number(share * 100)} %`
}

const longestBeginning = 70

function shortened(prompt: string): string {
  return prompt.length <= longestBeginning ? prompt : `${prompt.slice(0, longestBeginning - 1)}…`
}

/** At the chosen candidate's own loss it still answers; at that of a cheaper one, the cheaper one does. */
function toleranceSentence({ model, candidates, explanation }: ExplainedRoutedDecision): string[] {
  const { flipsAt } = explanation
  if (flipsAt === null) return []
  const scoreOf = (name: string) => candidates.find((each) => each.model === name)?.score ?? Number.NaN
  const best = Math.max(...candidates.flatMap(({ score }) => score ?? []))
  const limit = isAtMost(flipsAt, best - scoreOf(model))
    ? `below ${number(flipsAt)}`
    : `of ${number(flipsAt)} or more`
  return ['', `It would flip: with a tolerance ${limit}, another model would answer.`]
}

function flipSentence(strongWinRate: number | null, threshold: number | null, pair: ModelPair): string[] {
  if (strongWinRate === null || threshold === null) return []
  const winRate = number(strongWinRate)
  const sentence =
    strongWinRate >= threshold
      ? `It would flip: with a threshold above ${winRate}, ${pair.weak} would answer.`
      : `It would flip: with a threshold of ${winRate} or less, ${pair.strong} would answer.`
  return ['', sentence]
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)))
}
