import type { Sender } from '../../gateway/send/sender.ts'
import type { ShadowPair, ShadowVerdict } from '../../gateway/shadow/shadow-pair.ts'
import { createLlmJudge } from '../../learning/labels/judge/llm-judge.ts'
import type { JudgeVerdict } from '../../learning/labels/judge/verdict.ts'
import { compareByRule } from '../../learning/labels/traffic/compare-by-rule.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { createJudgeEndpoint } from './judge-endpoint.ts'
import type { ShadowAccount } from './shadow-account.ts'

export type Comparison = Pick<ShadowPair, 'verdict' | 'judge' | 'orders' | 'problem' | 'judgeUsd'> & {
  readonly chargedUsd: number
}

export type ComparedAnswers = {
  readonly question: string
  /** The one that the client has. */
  readonly answer: string
  readonly otherAnswer: string
}

/** Characters that a judge is asked to read: it reads the whole, or is not asked. */
const longestRead = 60_000

/**
 * Which answer is better: a tie if a rule finds that they say the same, else what the judge says. It is asked with each answer
 * first, and knows no names of models; an answer wins if it is preferred in both orders.
 *
 * @param judge null: only rules compare.
 */
export async function compareAnswers(
  { question, answer, otherAnswer }: ComparedAnswers,
  judge: Model | null,
  sender: Sender,
  account: ShadowAccount,
  signal: AbortSignal,
): Promise<Comparison> {
  if (compareByRule(answer, otherAnswer) === 'tie') return { ...unjudged, verdict: 'tie', judge: 'rule' }
  if (judge === null) return { ...unjudged, problem: 'no-rule' }
  if (question.length + answer.length + otherAnswer.length > longestRead)
    return { ...unjudged, problem: 'too-long' }
  const endpoint = createJudgeEndpoint(sender, judge, account)
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const judged = await createLlmJudge(endpoint, { rereads: 1 })
    .compare({ prompt: question, answerA: answer, answerB: otherAnswer }, either)
    .catch(() => (signal.aborted ? 'stopped' : 'judge-failed'))
  // One of two calls has failed: the other one is not waited for.
  ending.abort()
  await endpoint.settled()
  const spent = { judgeUsd: endpoint.usd, chargedUsd: endpoint.chargedUsd }
  if (typeof judged === 'string') return { ...unjudged, ...spent, judge: judge.name, problem: judged }
  const [sample] = judged.samples
  const orders =
    sample === undefined ? null : ([toVerdict(sample.aFirst, false), toVerdict(sample.bFirst, true)] as const)
  const found = { ...spent, judge: judge.name, orders }
  switch (judged.kind) {
    case 'judged':
      return { ...found, verdict: winners[judged.winner], problem: null }
    case 'unparsable':
      return { ...found, verdict: null, problem: 'unreadable' }
    case 'over-budget':
      return { ...found, verdict: null, problem: 'budget' }
    case 'refused':
      return { ...found, verdict: null, problem: 'judge-failed' }
  }
}

const unjudged = {
  verdict: null,
  judge: null,
  orders: null,
  problem: null,
  judgeUsd: 0,
  chargedUsd: 0,
} as const

const winners = { a: 'model', b: 'other', tie: 'tie' } as const

function toVerdict(verdict: JudgeVerdict | null, isSwapped: boolean): ShadowVerdict | null {
  if (verdict === null || verdict === 'tie') return verdict
  return (verdict === 'first') === isSwapped ? 'other' : 'model'
}
