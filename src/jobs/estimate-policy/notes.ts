import type { PolicyEstimate } from './policy-estimate.ts'

type Unlogged = { readonly inExperiments: number; readonly others: number }

/** What is left out and assumed, a sentence each. */
export function findNotes(
  { leftOut, labels, scoredBy }: Pick<PolicyEstimate, 'leftOut' | 'labels' | 'scoredBy'>,
  unlogged: Unlogged,
  requests: number,
): string[] {
  const { failed, replaced, notKept, notChosen, unpriced } = leftOut
  const notes: string[] = []
  const add = (count: number, what: string) => {
    if (count > 0) notes.push(`${count.toLocaleString('en')} ${what}`)
  }
  add(unlogged.others, 'routed requests have no propensities and are not counted.')
  add(
    unlogged.inExperiments,
    'requests of experiments have no propensities and are not counted: the policy of an arm chooses without chance unless `exploration` is configured. routellm experiments compares the arms.',
  )
  add(failed, 'requests that no model answered are not counted.')
  add(
    replaced,
    'requests are not counted, because another model answered than was chosen: that one failed, or the conversation kept its model.',
  )
  add(notKept, 'requests are not counted, because nothing is kept by which the policy could score them.')
  add(notChosen, 'requests are not counted, because the policy could not choose.')
  add(unpriced, 'requests are not counted, because their dollars are not known.')
  add(scoredBy['win-rate'], 'requests have the win rate that the router of this name gave them then.')
  if (labels?.kind === 'volunteered' && labels.labels < requests)
    notes.push(
      'Quality is by feedback that people chose to give, which is taken to come from all requests alike. Shadow calls and routellm labels draw theirs.',
    )
  if (labels?.kind === 'drawn' && labels.coverage < 0.8)
    notes.push(
      `The labels were drawn from about ${Math.round(100 * labels.coverage)} % of the requests; the others are taken to be like them.`,
    )
  if (labels !== null && labels.unused > 0)
    notes.push(
      labels.kind === 'drawn'
        ? `${labels.unused.toLocaleString('en')} volunteered labels are not used, because there are enough that were drawn.`
        : `${labels.unused.toLocaleString('en')} drawn labels are not used, because they are of fewer than 20 sessions.`,
    )
  return notes
}
