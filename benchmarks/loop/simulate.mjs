// One simulated month: what the loop, the frozen router and simple rules cost, and how well their models answered.

import { rate } from './feedback.mjs'

/** @typedef {import('./world.mjs').WorldPrompt} WorldPrompt */
/** @typedef {import('./month.mjs').Day} Day */

/**
 * @typedef {object} InService
 * @property {(place: number) => number} winRate of the prompt at this place of the world
 * @property {number} threshold
 *
 * @typedef {object} LoopOptions
 * @property {number} seed
 * @property {(seed: number) => Random} createRandom
 * @property {number} calibrationDays before the month: their labels calibrate the frozen router
 * @property {number} everyDays between two cycles
 * @property {number} labelShare of the sessions is labelled
 * @property {Attack | null} attack
 * @property {Cycle} cycle
 * @property {(lost: { winRate: number, isLost: boolean }[]) => number} calibrate to a threshold
 *
 * @typedef {(rows: object[], inService: InService, options: { now: number, attempts: number, attack: Attack | null, seed: number }) =>
 *   Promise<{ promoted: boolean, why: string, candidate: InService | null }>} Cycle
 * @typedef {import('./feedback.mjs').Attack} Attack
 * @typedef {import('../evidence/logs.mjs').Random} Random
 */

const dayMs = 86_400_000
/** A cycle compares on the newer four fifths of the labelled sessions. */
const olderShare = 0.2
const monthBegin = Date.UTC(2026, 10, 1)

/**
 * Each day the router in service answers the traffic. Labelled sessions have both models' outcomes, rated ones what their clients say.
 * Every `everyDays` days a cycle may promote another router, which serves from the next day on.
 *
 * @param {readonly WorldPrompt[]} world @param {readonly Day[]} days @param {LoopOptions} options
 */
export async function runMonth(world, days, options) {
  const { calibrationDays, everyDays, labelShare, attack, cycle } = options
  const random = options.createRandom(options.seed + 1_000_000)
  const frozen = freeze(world, days.slice(0, calibrationDays), options)
  /** @type {InService} */
  let inService = frozen.builtin
  const rows = []
  const measured = []
  const attempts = []
  for (const [day, { labelled, rated, traffic }] of days.entries()) {
    // Trusted feedback takes the place of labels that somebody pays for.
    const paid = attack?.decides ? [] : labelled
    const volunteered = attack?.decides ? labelled : rated
    rows.push(...labelRows(world, paid, { day, labelShare }))
    rows.push(...feedbackRows(world, volunteered, { day, inService, attack, random }))
    if (day < calibrationDays) continue
    measured.push({
      loop: measure(world, traffic, inService),
      labelUsd: labelShare * labellingUsd(world, paid, inService),
      builtin: measure(world, traffic, frozen.builtin),
      length: measure(world, traffic, frozen.length),
      random: measure(world, traffic, frozen.random),
      strong: measure(world, traffic, frozen.strong),
      weak: measure(world, traffic, frozen.weak),
    })
    const served = day - calibrationDays + 1
    if (served % everyDays !== 0 || day === days.length - 1) continue
    const result = await cycle(rows, inService, {
      now: timeOf(day + 1, 0),
      attempts: Math.floor((days.length - calibrationDays - 1) / everyDays),
      attack,
      seed: options.seed,
    })
    attempts.push({
      day: served,
      promoted: result.promoted,
      why: result.why,
      ...(result.promoted && {
        before: differenceOn(
          world,
          days.slice(Math.floor(olderShare * (day + 1)), day + 1),
          inService,
          result.candidate,
        ),
        after: differenceOn(world, days.slice(day + 1, day + 1 + everyDays), inService, result.candidate),
      }),
    })
    if (result.promoted) inService = result.candidate
  }
  return { measured, attempts, hindsight: inHindsight(world, days.slice(calibrationDays), measured) }
}

/**
 * What is compared with the loop: rules whose threshold keeps the promise on one request of each session of the first days (those of
 * a session are alike), and always the same model.
 *
 * @returns {Record<'builtin' | 'length' | 'random' | 'strong' | 'weak', InService>}
 */
function freeze(world, days, { calibrate }) {
  const places = days.flatMap(({ labelled }) => labelled.map(({ prompts }) => prompts[0]))
  const calibrated = (winRate) => ({
    winRate,
    threshold: calibrate(places.map((place) => ({ winRate: winRate(place), isLost: isLost(world[place]) }))),
  })
  return {
    builtin: calibrated((place) => world[place].winRate),
    length: calibrated((place) => 1 - 1 / (1 + world[place].text.length)),
    random: calibrated((place) => world[place].uniform),
    strong: { winRate: () => 1, threshold: 0 },
    weak: { winRate: () => 0, threshold: 1 },
  }
}

function isLost({ scores }) {
  return scores.strong > scores.weak
}

/** @returns {object[]} `LabelledRequest`s with the outcomes of both models */
function labelRows(world, sessions, { day, labelShare }) {
  return sessions.flatMap(({ prompts, hour }, number) =>
    prompts.map((prompt, turn) => ({
      ...rowOf(world[prompt], `label-${day}-${number}`, turn, timeOf(day, hour)),
      key: null,
      scores: world[prompt].scores,
      source: 'shadow',
      propensity: labelShare,
      weight: 1,
    })),
  )
}

function feedbackRows(world, sessions, { day, inService, attack, random }) {
  return sessions.flatMap(({ prompts, hour }, number) =>
    prompts.flatMap((prompt, turn) => {
      const said = rate(world[prompt], modelFor(prompt, inService), number, attack, random)
      if (said === null) return []
      const row = rowOf(world[prompt], `feedback-${day}-${number}`, turn, timeOf(day, hour))
      return [{ ...row, ...said, source: 'feedback', propensity: null }]
    }),
  )
}

function rowOf({ text, kind, usd }, session, turn, time) {
  return {
    id: `${session}-${turn}`,
    session,
    time: time + 1000 * turn,
    prompt: text,
    vector: null,
    task: kind,
    usd,
    strongWinRate: null,
  }
}

function timeOf(day, hour) {
  return monthBegin + day * dayMs + hour * 3_600_000
}

/** Mean of a labelled request: the other model's answer, and the judge. */
function labellingUsd(world, sessions, inService) {
  let [usd, requests] = [0, 0]
  for (const { prompts } of sessions)
    for (const prompt of prompts) {
      const other = modelFor(prompt, inService) === 'strong' ? 'weak' : 'strong'
      usd += world[prompt].usd[other] + world[prompt].judgeUsd
      requests++
    }
  return requests === 0 ? 0 : usd / requests
}

function modelFor(prompt, { winRate, threshold }) {
  return winRate(prompt) >= threshold ? 'strong' : 'weak'
}

/** Means of a request. */
export function measure(world, traffic, policy) {
  const sum = { usd: 0, quality: 0, strong: 0, lost: 0 }
  let requests = 0
  for (const { prompts } of traffic)
    for (const prompt of prompts) {
      const { usd, scores } = world[prompt]
      const model = modelFor(prompt, policy)
      sum.usd += usd[model]
      sum.quality += scores[model]
      if (model === 'strong') sum.strong++
      else if (isLost(world[prompt])) sum.lost++
      requests++
    }
  for (const figure of Object.keys(sum)) sum[figure] /= requests
  return sum
}

/** The candidate less the router that it replaces, on all traffic of the days: the truth about a promotion. */
function differenceOn(world, days, inService, candidate) {
  const traffic = days.flatMap((day) => day.traffic)
  const [old, now] = [measure(world, traffic, inService), measure(world, traffic, candidate)]
  return { usd: now.usd - old.usd, quality: now.quality - old.quality, lostOld: old.lost, lost: now.lost }
}

/**
 * Dollars of a request for which policies without the loop have the loop's quality of the month: each with the best threshold for the
 * whole month, which nobody knows beforehand.
 */
function inHindsight(world, days, measured) {
  const quality = meanOf(measured.map(({ loop }) => loop.quality))
  const counts = new Map()
  for (const { traffic } of days)
    for (const { prompts } of traffic)
      for (const prompt of prompts) counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
  const asked = [...counts].map(([prompt, count]) => ({ ...world[prompt], count }))
  return {
    builtin: usdAtQuality(asked, ({ winRate }) => winRate, quality),
    length: usdAtQuality(asked, ({ text }) => text.length, quality),
    random: usdOfRandom(asked, quality),
  }
}

/** The weak model gets the prompts with the lowest values for as long as the mean quality is at least `quality`. */
function usdAtQuality(asked, rank, quality) {
  const order = asked
    .map((prompt) => ({ ...prompt, value: rank(prompt) }))
    .sort((one, other) => one.value - other.value)
  const requests = order.reduce((sum, { count }) => sum + count, 0)
  let sum = order.reduce((total, { scores, count }) => total + count * scores.strong, 0)
  let usd = order.reduce((total, prompt) => total + prompt.count * prompt.usd.strong, 0)
  let least = usd
  for (const { scores, usd: prices, count } of order) {
    sum += count * (scores.weak - scores.strong)
    usd += count * (prices.weak - prices.strong)
    if (sum / requests >= quality && usd < least) least = usd
  }
  return least / requests
}

/** A random share of the requests goes to the weak model. */
function usdOfRandom(asked, quality) {
  const requests = asked.reduce((sum, { count }) => sum + count, 0)
  const mean = (of) => asked.reduce((sum, prompt) => sum + prompt.count * of(prompt), 0) / requests
  const [strong, weak] = [mean(({ scores }) => scores.strong), mean(({ scores }) => scores.weak)]
  const share = Math.min(1, Math.max(0, (strong - quality) / (strong - weak)))
  return (1 - share) * mean(({ usd }) => usd.strong) + share * mean(({ usd }) => usd.weak)
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
