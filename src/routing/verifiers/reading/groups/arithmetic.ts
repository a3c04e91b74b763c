import { type FeatureGroup, flag, share } from '../reading.ts'
import { findEquations } from './equations.ts'

/** Numbers closer than this are one. */
const keyOf = (value: number) => Math.round(value * 1e4)

/** The answer's equations and numbers: which do not hold, which are used, and which come from nowhere. */
export const readArithmetic: FeatureGroup = ({ prompt, answer, results }) => {
  const equations = findEquations(answer.tokens)
  const wrong = equations.filter(({ holds }) => !holds).length
  const given = new Set(prompt.numbers.map(keyOf))
  const used = new Set(answer.numbers.map(keyOf))
  const derived = new Set(given)
  let unexplained = 0
  for (const { operands, stated } of equations) {
    for (const operand of operands) if (!derived.has(keyOf(operand))) unexplained++
    derived.add(keyOf(stated))
  }
  const last = equations.at(-1)
  const { value } = results
  const largest = prompt.numbers.reduce((most, number) => Math.max(most, number), 0)
  const isNumber = !Number.isNaN(value)
  const whenNumber = (feature: number) => (isNumber ? feature : Number.NaN)
  return {
    equations: Math.log1p(equations.length),
    'equations that do not hold': Math.log1p(wrong),
    'an equation does not hold': flag(wrong > 0),
    'share of equations that do not hold': share(wrong, equations.length),
    'last equation does not hold': flag(last?.holds === false),
    'equations of several steps': Math.log1p(equations.filter(({ operators }) => operators > 1).length),
    'unexplained operands': Math.log1p(unexplained),
    'unexplained operands per equation': share(unexplained, equations.length),
    'numbers in the prompt': Math.log1p(prompt.numbers.length),
    'numbers in the answer': Math.log1p(answer.numbers.length),
    'prompt numbers used': share([...given].filter((number) => used.has(number)).length, given.size),
    'prompt numbers not used': Math.log1p([...given].filter((number) => !used.has(number)).length),
    'distinct numbers': share(used.size, answer.numbers.length),
    'numbers of the prompt': share(
      answer.numbers.filter((number) => given.has(keyOf(number))).length,
      answer.numbers.length,
    ),
    'equations less prompt numbers': equations.length - given.size,
    'digits in the prompt': Math.log1p(largest),
    additions: Math.log1p(countOf(answer.text, '+')),
    divisions: Math.log1p(countOf(answer.text, '/')),
    'percent signs': Math.log1p(countOf(answer.text, '%')),
    decimals: Math.log1p(answer.numbers.filter((number) => !Number.isInteger(number)).length),
    'result is a number': flag(isNumber),
    'result is the last number': whenNumber(flag(answer.numbers.at(-1) === Math.abs(value))),
    'result is that of the last equation': whenNumber(
      flag(last !== undefined && keyOf(last.stated) === keyOf(value)),
    ),
    'result is a number of the prompt': whenNumber(flag(given.has(keyOf(value)))),
    'result occurs': whenNumber(
      Math.log1p(answer.numbers.filter((number) => keyOf(number) === keyOf(Math.abs(value))).length),
    ),
    'result is no integer': whenNumber(flag(!Number.isInteger(value))),
    'result is negative': whenNumber(flag(value < 0)),
    'size of the result': whenNumber(Math.log1p(Math.abs(value))),
    'result above the prompt': whenNumber(flag(value > largest)),
    'asks how many': flag(/how many/i.test(prompt.text)),
    'asks how many, result is no integer': whenNumber(
      flag(/how many/i.test(prompt.text) && !Number.isInteger(value)),
    ),
    'result and percent asked': flag(/percent|%/i.test(prompt.text.slice(-200))),
  }
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1
}
