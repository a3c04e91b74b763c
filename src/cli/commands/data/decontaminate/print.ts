import type { DecontaminationReport } from '../../../../jobs/decontaminate/job.ts'

const shownMatches = 10

export function formatDecontamination(file: string, report: DecontaminationReport): string[] {
  const { rows, removed, kept, testPrompts, rules, matches, output } = report
  const lines = [
    `${file}: ${removed} of ${rows} rows are test prompts (compared with ${testPrompts})`,
    `  the same text      ${rules.exact}`,
    `  shared sequences   ${rules['word-sequences']}`,
    `  cosine             ${rules.cosine}`,
  ]
  for (const { place, rule, similarity, prompt, testPlace, testPrompt } of matches.slice(0, shownMatches))
    lines.push(
      '',
      `${place}: ${rule} ${similarity.toFixed(3)}, ${testPlace}`,
      `  ${oneLine(prompt)}`,
      `  ${oneLine(testPrompt)}`,
    )
  if (matches.length > shownMatches)
    lines.push('', `and ${matches.length - shownMatches} more; --report FILE lists all`)
  if (output !== null) lines.push('', `${kept} rows are left: ${output}`)
  return lines
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
