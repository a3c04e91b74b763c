import type { Token } from '../read-text.ts'

/** An equation of numbers that a text states: `3 * 4 = 13`. */
export type Equation = {
  readonly operands: readonly number[]
  readonly operators: number
  /** What stands right of the equals sign. */
  readonly stated: number
  readonly holds: boolean
  /** The place of its equals sign among the tokens. */
  readonly at: number
}

type Operator = '+' | '-' | '*' | '/' | '^'

const operatorOf = new Map<string, Operator>([
  ['+', '+'],
  ['-', '-'],
  ['−', '-'],
  ['–', '-'],
  ['*', '*'],
  ['×', '*'],
  ['x', '*'],
  ['·', '*'],
  ['\\times', '*'],
  ['\\cdot', '*'],
  ['/', '/'],
  ['÷', '/'],
  ['\\div', '/'],
  ['^', '^'],
])
const equals = new Set(['=', '≈', '\\approx'])
/** Signs that say nothing of a value. */
const ignored = new Set(['$', '€', '£', '\\$', ','])

/** Words between a number and the sign behind it, as its unit: `3 apples * 4`. */
const mostUnitWords = 3
const mostParts = 24
/**
 * The equations of numbers in a text: numbers joined by + − × ÷ ^ (and brackets), an equals sign, and a number. A chain
 * `2 * 3 = 6 + 1 = 7` is two. Takes time proportional to the tokens.
 */
export function findEquations(tokens: readonly Token[]): Equation[] {
  const found: Equation[] = []
  for (let at = 1; at < tokens.length - 1; at++) {
    if (!equals.has(tokens[at]!.text)) continue
    const left = partsBefore(tokens, at)
    const stated = statedAfter(tokens, at)
    const operators = left.filter((part) => typeof part === 'string' && part !== '(' && part !== ')').length
    if (operators === 0 || stated === undefined) continue
    const value = evaluate(left)
    if (value === undefined) continue
    found.push({
      operands: left.filter((part) => typeof part === 'number'),
      operators,
      stated: stated.value,
      // 1/4 = 25 % is right.
      holds: agrees(value, stated) || (stated.isPercent && agrees(100 * value, stated)),
      at,
    })
  }
  return found
}

type Part = number | Operator | '(' | ')'

/** The expression that ends before a place; empty if it contains letters, as `y - 2 + 3` does. */
function partsBefore(tokens: readonly Token[], end: number): Part[] {
  const parts: Part[] = []
  let units = 0
  let at = end - 1
  for (; at >= 0 && parts.length < mostParts; at--) {
    const { kind, text, value } = tokens[at]!
    const next = parts[0]
    const wantsOperand = next === undefined || (typeof next === 'string' && next !== '(')
    const operator = operatorOf.get(text)
    if (kind === 'number') {
      if (!wantsOperand) break
      parts.unshift(value)
      units = 0
    } else if (text === '%' && wantsOperand) parts.unshift('/', 100)
    else if (text === ')') {
      if (!wantsOperand) break
      parts.unshift(')')
    } else if (text === '(' && !wantsOperand) parts.unshift('(')
    else if (operator !== undefined && !wantsOperand) parts.unshift(operator)
    else if (ignored.has(text)) continue
    else if (isUnit(tokens[at]!) && wantsOperand && units < mostUnitWords) units++
    else break
  }
  const [first] = parts
  const before = tokens[at]
  const isOpen = typeof first === 'string' && first !== '('
  if (isOpen && before !== undefined && !equals.has(before.text) && !isUnit(before)) return []
  if (first === '(' && before?.kind === 'word') return []
  return balanced(isOpen ? parts.slice(1) : parts)
}

/** A single letter is a variable. */
function isUnit({ kind, text }: Token): boolean {
  return kind === 'word' && text.length > 1
}

/** Without the brackets that open before it begins. */
function balanced(parts: Part[]): Part[] {
  let open = 0
  let from = 0
  for (let place = parts.length - 1; place >= 0; place--) {
    if (parts[place] === ')') open++
    else if (parts[place] === '(' && --open < 0) {
      from = place + 1
      break
    }
  }
  return parts.slice(from)
}

type Stated = { readonly value: number; readonly decimals: number; readonly isPercent: boolean }

/** The number behind a place, if it stands alone there. */
function statedAfter(tokens: readonly Token[], at: number): Stated | undefined {
  let place = at + 1
  while (ignored.has(tokens[place]?.text ?? '')) place++
  const isNegative = operatorOf.get(tokens[place]?.text ?? '') === '-'
  if (isNegative) place++
  const token = tokens[place]
  if (token?.kind !== 'number') return undefined
  const next = tokens[place + 1]?.text ?? ''
  if (operatorOf.has(next) && tokens[place + 2]?.kind === 'number') return undefined
  return {
    value: isNegative ? -token.value : token.value,
    decimals: token.text.split('.')[1]?.length ?? 0,
    isPercent: next === '%',
  }
}

/** A stated result may be rounded or cut off at its last digit; a whole one is stated exactly. */
function agrees(value: number, { value: stated, decimals }: Stated): boolean {
  const exact = 1e-9 * Math.max(1, Math.abs(value))
  return Math.abs(value - stated) <= exact + (isWhole(value) ? 0 : 10 ** -decimals)
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value))
}

const precedence: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 3 }

/** The value of an expression; undefined if it is none, or not finite. */
function evaluate(parts: readonly Part[]): number | undefined {
  let at = 0
  const operand = (): number => {
    const part = parts[at++]
    if (typeof part === 'number') return part
    if (part !== '(') return Number.NaN
    const value = expression(1)
    return parts[at++] === ')' ? value : Number.NaN
  }
  const expression = (least: number): number => {
    let value = operand()
    for (;;) {
      const part = parts[at]
      if (part === undefined || typeof part === 'number' || part === '(' || part === ')') return value
      if (precedence[part] < least) return value
      at++
      const right = expression(precedence[part] + 1)
      value = apply(part, value, right)
    }
  }
  const value = expression(1)
  return at === parts.length && Number.isFinite(value) ? value : undefined
}

function apply(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '^':
      return left ** right
  }
}
