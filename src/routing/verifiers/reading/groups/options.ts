import { type FeatureGroup, flag, share } from '../reading.ts'

type Option = { readonly letter: string; readonly text: string; readonly value: number }

const optionPattern = /(?:^|\n)[ \t]{0,4}\(?([A-J])[.):][ \t]{1,4}([^\n]{1,400})/g

/** Of a prompt with options: which one the answer chose, and whether its reasoning leads there. */
export const readOptions: FeatureGroup = ({ prompt, answer, results }) => {
  const options = optionsOf(prompt.text)
  const body = compact(answer.text.slice(0, results.start))
  const chosen = options.find(({ letter }) => letter === results.final)
  const mentioned = options.filter(({ text }) => text.length > 1 && body.includes(text))
  const known = options.length >= 2
  const when = (condition: boolean, feature: () => number) => (condition ? feature() : Number.NaN)
  const numeric = options.filter(({ value }) => !Number.isNaN(value))
  const reached = lastNumberBefore(answer.tokens, results.start)
  const distanceTo = ({ value }: Option) =>
    Math.abs(value - reached) / (Math.abs(value) + Math.abs(reached) + 1e-9)
  const comparable = chosen !== undefined && !Number.isNaN(chosen.value) && !Number.isNaN(reached)
  return {
    options: when(known, () => options.length),
    'no option chosen': when(known, () => flag(chosen === undefined)),
    'place of the option': when(
      known && chosen !== undefined,
      () => options.indexOf(chosen!) / options.length,
    ),
    'first option': when(known, () => flag(chosen !== undefined && chosen === options[0])),
    'chosen option is mentioned': when(known, () => flag(chosen !== undefined && mentioned.includes(chosen))),
    'another option is mentioned': when(known, () => flag(mentioned.some((option) => option !== chosen))),
    'options mentioned': when(known, () => share(mentioned.length, options.length)),
    'length of the option': when(known && chosen !== undefined, () => Math.log1p(chosen!.text.length)),
    'longest option': when(known && chosen !== undefined, () =>
      flag(options.every(({ text }) => text.length <= chosen!.text.length)),
    ),
    'options are numbers': when(known, () => share(numeric.length, options.length)),
    'option is all or none': when(known && chosen !== undefined, () =>
      flag(/allof|noneof|\b(?:i,|iand|both)/.test(chosen!.text)),
    ),
    'distance of the last number to the option': when(comparable, () => distanceTo(chosen!)),
    'last number is the option': when(comparable, () => flag(distanceTo(chosen!) < 0.01)),
    'last number is nearer to another option': when(comparable, () =>
      flag(numeric.some((option) => distanceTo(option) < distanceTo(chosen!) - 1e-9)),
    ),
    'prompt before the options': when(known, () => Math.log1p(prompt.text.search(optionPattern))),
  }
}

/** In the order A, B, C …; of repeated letters the first. */
function optionsOf(text: string): Option[] {
  const options: Option[] = []
  for (const [, letter = '', written = ''] of text.matchAll(optionPattern)) {
    if (letter.charCodeAt(0) !== 65 + options.length) continue
    const number = /-?\d+(?:\.\d+)?/.exec(written.replaceAll(',', ''))
    options.push({
      letter: letter.toLowerCase(),
      text: compact(written),
      value: number === null ? Number.NaN : Number(number[0]),
    })
  }
  return options
}

function compact(text: string): string {
  return text.toLowerCase().replace(/[\s$*`,.]/g, '')
}

function lastNumberBefore(
  tokens: readonly { readonly kind: string; readonly value: number; readonly start: number }[],
  end: number,
): number {
  return tokens.findLast(({ kind, start }) => kind === 'number' && start < end)?.value ?? Number.NaN
}
