import { toDisplayText } from '../../../base/text/display.ts'
import type { AuditReport } from '../audit-report.ts'

/** What to do after an audit with this verdict. */
export function findNextStep({ verdict, router, chosen, files }: AuditReport): {
  readonly text: string
  readonly command?: string
} {
  const sample = `routellm audit ${files.map((file) => toDisplayText(file, 80)).join(' ')} --sample-to-label to-label.jsonl`
  switch (verdict.answer) {
    case 'yes':
      return {
        command: `routellm route 'One of your prompts' --router ${toDisplayText(router, 80)} --threshold ${chosen.threshold}`,
        text: `Try it on prompts of your own. Then serve it and ask for the model router-${toDisplayText(router, 80)}-${chosen.threshold}, first for a small part of the traffic (docs/adopting.md, step 6).`,
      }
    case 'measure-first':
      return {
        command: sample,
        text: 'It draws requests to label. Label them (docs/adopting.md, step 2) and run the audit again with --labels labels.jsonl: then the risk is measured.',
      }
    case 'no':
      return {
        text: 'Nothing to do now. The rules below say why; docs/adopting.md says what could change the verdict.',
      }
    case 'unknown':
      return {
        text: 'Name the models with --strong-model and --weak-model, and give their prices with --prices (docs/audit.md).',
      }
  }
}
