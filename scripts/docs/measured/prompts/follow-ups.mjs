// The tables of docs/prompts.md.
import { table } from '../../markdown.mjs'

/** @param rows of one set in benchmarks/results/follow-ups.json */
export function followUpsMarkdown(rows) {
  return table(
    ['language', 'turns', 'right', 'follow-ups recognised', 'questions recognised', 'right, English lists'],
    rows.map(({ language, both, followUps, questions }) => [
      language,
      String(both.classifier.turns),
      shareWithInterval(both.classifier),
      shareWithInterval(followUps.classifier),
      shareWithInterval(questions.classifier),
      shareWithInterval(both.lists),
    ]),
  )
}

function shareWithInterval({ share, interval: [low, high] }) {
  return `${share.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
}
