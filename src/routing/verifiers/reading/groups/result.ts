import { type FeatureGroup, flag, share } from '../reading.ts'
import type { StatedResult } from '../stated-results.ts'
import { unbalanced } from './completeness.ts'

/** Which results the answer states, in which form, and whether they agree. */
export const readResult: FeatureGroup = ({ answer, results }) => {
  const { all, final, start } = results
  const of = (form: StatedResult['form']) => all.filter((result) => result.form === form).length
  const distinct = new Set(all.map(({ text }) => text))
  const body = answer.text
    .slice(0, start)
    .toLowerCase()
    .replace(/[\s$*`,]/g, '')
  const occurrences = final.length < 2 ? Number.NaN : body.split(final).length - 1
  return {
    'result in a box': flag(of('boxed') > 0),
    'result behind hashes': flag(of('hashes') > 0),
    'result in a sentence': flag(of('sentence') > 0),
    'result in a member': flag(of('member') > 0),
    'no stated result': flag(all.length === 0),
    'stated results': Math.log1p(all.length),
    'stated results disagree': flag(distinct.size > 1),
    'distinct results': Math.log1p(distinct.size),
    'last two results disagree': all.length < 2 ? Number.NaN : flag(all.at(-1)!.text !== all.at(-2)!.text),
    'result is empty': flag(all.length > 0 && final === ''),
    'length of the result': Math.log1p(final.length),
    'result is a letter': flag(/^[a-z]$/.test(final)),
    'result is yes or no': flag(/^(?:yes|no|true|false|none|null)$/.test(final)),
    'result is a list': flag(/^[[({]/.test(final)),
    'result is quoted': flag(/^['"\\]/.test(final)),
    'result is a formula': flag(/[\\^_]|sqrt|pi/.test(final)),
    'result has digits': share(final.replace(/\D/g, '').length, final.length),
    'result does not close': Math.log1p(unbalanced(final)),
    'result was found before': flag(occurrences > 0),
    'times result was found before': Math.log1p(occurrences),
    'place of the result': share(start, answer.text.length),
    'text behind the result': Math.log1p(answer.text.length - start),
    'body before the result': Math.log1p(start),
  }
}
