import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { normalizedText } from '../../src/base/text/text-identity.ts'
import { loadFollowUpReader } from '../../src/routing/follow-ups/follow-up-reader.ts'
import type { FollowUpReader } from '../../src/routing/prompts/follow-up.ts'
import { englishFollowUpRule, isListedFollowUp } from '../../src/routing/prompts/follow-up.ts'
import { languages } from '../everyday/corpus.ts'
import { answersBefore } from './examples.ts'
import { type Example, fitLinear, logOdds } from './fit.ts'
import { createLikeness, groupsOf, readTurns, type Turn } from './turns.ts'

let training: readonly Turn[] = []
let heldOut: readonly Turn[] = []
let second: readonly Turn[] = []
let third: readonly Turn[] = []
let conversations: readonly Turn[] = []
beforeAll(async () => {
  training = await readTurns('training')
  heldOut = await readTurns('held-out')
  second = await readTurns('held-out-2')
  third = await readTurns('held-out-3')
  conversations = await readTurns('conversations')
})

const of = (turns: readonly Turn[], language: string, kind: Turn['kind']) =>
  turns.filter((turn) => turn.language === language && turn.kind === kind)

describe('the turns', () => {
  it.each(languages)('in %s are enough of each kind', (language) => {
    for (const kind of ['follow-up', 'question'] as const) {
      expect(of(training, language, kind).length).toBeGreaterThanOrEqual(150)
      expect(of(heldOut, language, kind).length).toBeGreaterThanOrEqual(60)
      expect(of(second, language, kind).length).toBeGreaterThanOrEqual(60)
      expect(of(third, language, kind)).toHaveLength(20)
      expect(of(conversations, language, kind).length).toBeGreaterThanOrEqual(80)
    }
  })

  it('are in their set once, and of one kind', () => {
    for (const turns of [training, conversations, heldOut, second, third]) {
      const names = turns.map(
        ({ language, turn, after = '' }) => `${language}\n${turn.toLowerCase()}\n${after}`,
      )
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    }
  })

  it.each(languages)('held out in %s are worded differently from those for training', (language) => {
    const known = [...training, ...conversations]
      .filter((turn) => turn.language === language)
      .map(({ turn }) => turn)
    const likenessOf = createLikeness(known)
    const like = [...heldOut, ...second, ...third]
      .filter((turn) => turn.language === language && normalizedText(turn.turn) !== '')
      .filter(({ turn }) => likenessOf(turn) >= 0.7)
    expect(like.map(({ turn }) => turn)).toEqual([])
  })
})

it('likeness is 1 for other punctuation, and the shared trigrams otherwise', () => {
  const likenessOf = createLikeness(['abc', 'go on!'])
  expect(likenessOf('Go on')).toBe(1)
  // " ab", "abc", "bc " and " ab", "abd", "bd "
  expect(likenessOf('abd')).toBeCloseTo(1 / 5, 12)
})

it('groups like turns of a language', () => {
  const turns = ['rename it to Order', 'rename it to Orders', 'shorter'].flatMap((turn): Turn[] => [
    { language: 'en', kind: 'follow-up', turn },
    { language: 'de', kind: 'follow-up', turn },
  ])
  expect(groupsOf(turns, 0.5)).toEqual([0, 1, 0, 1, 2, 3])
})

it('groups the turns of a scenario in all languages', () => {
  const turn = (language: Turn['language'], scenario?: number): Turn => ({
    language,
    kind: 'question',
    turn: 'Pizza',
    ...(scenario !== undefined && { scenario }),
  })
  expect(groupsOf([turn('en', 7), turn('de', 7), turn('en', 8), turn('en')], 0.5)).toEqual([0, 0, 1, 2])
})

describe('answersBefore', () => {
  const turn = (kind: Turn['kind'], text: string, after?: string): Turn => ({
    language: 'en',
    kind,
    turn: text,
    ...(after !== undefined && { after }),
  })

  it('keeps the answer of a follow-up that names it, and gives other turns a second one', () => {
    expect(answersBefore(turn('follow-up', 'Lean', 'Which language?'), ['Done.'])).toEqual([
      'Which language?',
    ])
    expect(answersBefore(turn('follow-up', 'shorter'), ['Done.'])).toEqual(['', 'Done.'])
    expect(answersBefore(turn('question', 'Who was Ohm?', 'It is 5 V.'), ['Done.'])).toEqual([
      'It is 5 V.',
      'Done.',
    ])
  })

  it('puts a bare phrase only after answers that ask nothing', () => {
    expect(answersBefore(turn('question', "Ohm's law"), ['Which law?'])).toEqual([''])
    expect(answersBefore(turn('question', "Ohm's law"), ['Which law?', 'Done.'])).toEqual(['', 'Done.'])
    expect(answersBefore(turn('question', 'Who was Ohm?'), ['Which law?'])).toEqual(['', 'Which law?'])
  })
})

describe('fitLinear', () => {
  const example = (label: 0 | 1, place: number, feature: number): Example => ({
    label,
    weight: 1,
    places: Int32Array.of(place),
    features: [Float32Array.of(feature)],
  })
  const examples = [example(1, 5, 1), example(0, 6, 1), example(1, 5, 0), example(0, 6, 0)]

  it('tells the labels apart by their grams, with the same numbers twice', () => {
    const model = fitLinear(examples, createRandom(1))
    for (const { label, places, features } of examples)
      expect(logOdds(model, places, features[0]!) > 0).toBe(label === 1)
    expect(fitLinear(examples, createRandom(1))).toEqual(model)
  })
})

describe('the classifier that ships, on the held-out turns', () => {
  let reader: FollowUpReader
  beforeAll(async () => {
    reader = await loadFollowUpReader()
  })
  const shareRight = (turns: readonly Turn[], isFollowUp: (turn: Turn) => boolean) =>
    turns.filter((turn) => isFollowUp(turn) === (turn.kind === 'follow-up')).length / turns.length
  const read = ({ turn, after = '' }: Turn) => reader.isFollowUp(turn, after)

  // The goal is .95 in each language and .97 of the questions. What the weights reach is in docs/prompts.md.
  it.each(languages)('is right on at least .91 in %s, and on .15 more than the English lists', (language) => {
    const turns = heldOut.filter((turn) => turn.language === language)
    const share = shareRight(turns, read)
    const ofLists = shareRight(turns, ({ turn }) => isListedFollowUp(turn, englishFollowUpRule))
    expect(share).toBeGreaterThanOrEqual(0.91)
    expect(share).toBeGreaterThanOrEqual(ofLists + 0.15)
  })

  it.each(languages)('is right on at least .9 of the second set and .85 of the third in %s', (language) => {
    const inLanguage = (turns: readonly Turn[]) => turns.filter((turn) => turn.language === language)
    expect(shareRight(inLanguage(second), read)).toBeGreaterThanOrEqual(0.9)
    expect(shareRight(inLanguage(third), read)).toBeGreaterThanOrEqual(0.85)
  })

  it('is right on at least .93 of all turns in each set, .93 of the questions, and .98 of those after an answer', () => {
    for (const turns of [heldOut, second, third]) {
      const questions = turns.filter(({ kind }) => kind === 'question')
      expect(shareRight(turns, read)).toBeGreaterThanOrEqual(0.93)
      expect(shareRight(questions, read)).toBeGreaterThanOrEqual(0.93)
    }
    expect(shareRight(third, read)).toBeGreaterThanOrEqual(0.945)
    expect(
      shareRight(
        third.filter(({ kind }) => kind === 'question'),
        read,
      ),
    ).toBeGreaterThanOrEqual(0.98)
  })
})
