import type { NotRoutable } from '../../formats/logs/log-format.ts'
import type { Inspection } from './inspection.ts'

/** What a command would read of a file. */
export type FileUse = {
  readonly command: string
  /** So many of `unit`. */
  readonly reads: number
  readonly unit: 'requests' | 'labels' | 'comparisons' | 'rows' | 'prompts' | 'answers'
  /** So many others, by the reason for which they are left out. */
  readonly leftOut: Readonly<Record<string, number>>
  /** If it reads nothing, why, and what would change that. */
  readonly why: string | null
}

/** What a request log holds, as `audit` reads it. */
export type LogCounts = {
  readonly format: string
  /** That can be routed. */
  readonly requests: number
  readonly withoutModel: number
  readonly unreadable: number
  readonly leftOut: Readonly<Partial<Record<NotRoutable, number>>>
}

export type UsesOptions = {
  /** Null if the file is no request log. */
  readonly log: LogCounts | null
  /** Rows with the answers of models. */
  readonly answered: number
}

/** `train few_label` learns nothing from fewer. */
const fewestLabels = 10

/** What each command would read of an inspected file, in the order in which a newcomer meets them. */
export function describeUses(inspection: Inspection, { log, answered }: UsesOptions): readonly FileUse[] {
  const { form, comparisons, pair, prompts, rows, shortPrompts, models } = inspection
  const noPair =
    comparisons > 0
      ? 'no model does better than another; name two with --strong-model and --weak-model'
      : models.length === 1
        ? `only ${models[0]?.model} is scored; name the files of other models with it, or their folder`
        : 'no row compares two models'
  const labels = pair?.rows ?? 0
  const otherRows = rows - shortPrompts - labels
  const ofPair: Record<string, number> = {
    ...(otherRows > 0 && labels > 0 && { 'of other models': otherRows }),
    ...(shortPrompts > 0 && { 'prompt under 16 characters': shortPrompts }),
  }
  const use = (
    command: string,
    unit: FileUse['unit'],
    reads: number,
    why: string,
    leftOut: FileUse['leftOut'] = {},
  ): FileUse => ({ command, unit, reads, leftOut, why: reads === 0 ? why : null })
  const isArena = form === 'arena'
  const arena = 'it needs scores: routellm data convert FILE --to outcomes --output outcomes.jsonl'
  return [
    auditUse(log, use),
    use('score, data answer, --prompts', 'prompts', prompts.distinct, 'no row has a prompt', {
      ...(rows > prompts.distinct && prompts.distinct > 0 && { 'equal to another': rows - prompts.distinct }),
    }),
    use(
      'train few_label',
      'labels',
      labels < fewestLabels ? 0 : labels,
      labels > 0 ? `${labels} labels are too few; ${fewestLabels} are the least` : noPair,
      ofPair,
    ),
    use('train mf, knn, cluster …', 'comparisons', comparisons, noPair),
    use('calibrate --labels', 'labels', labels, noPair, ofPair),
    use('evaluate --benchmark', 'rows', isArena ? 0 : labels, isArena && labels > 0 ? arena : noPair, ofPair),
    use('data judge', 'answers', answered, 'no row has "answers" by model'),
  ]
}

function auditUse(
  log: LogCounts | null,
  use: (
    command: string,
    unit: FileUse['unit'],
    reads: number,
    why: string,
    leftOut?: FileUse['leftOut'],
  ) => FileUse,
): FileUse {
  if (log === null) return use('audit', 'requests', 0, 'it is no request log')
  const named = log.requests - log.withoutModel
  if (named === 0 && log.withoutModel > 0)
    return use('audit', 'requests', 0, 'no row names the model that answered, as "model"')
  return use('audit', 'requests', named, 'no request can be routed', {
    ...log.leftOut,
    ...(log.withoutModel > 0 && { 'without a model': log.withoutModel }),
    ...(log.unreadable > 0 && { unreadable: log.unreadable }),
  })
}
