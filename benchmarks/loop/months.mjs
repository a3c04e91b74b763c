// The simulated months: what each is made of, and the figures of one.
import { attacks } from './feedback.mjs'
import { drawMonth } from './month.mjs'
import { createCalibration, createCycle } from './product.mjs'
import { runMonth } from './simulate.mjs'

/** The defaults of `learn`. */
export const promise = { maxLoss: 0.05, confidence: 0.95 }
export const qualityMargin = 0.02
export const days = { calibration: 3, month: 30 }
/** Each day; traffic is a sample of the other sessions. */
export const sessions = { labelled: 200, rated: 20, traffic: 1000 }
/** Of all sessions: 34,000 a day. */
export const labelShare = 0.0025

/** Time grows with their cube: fewer than the 1,500 of the product, because hundreds of months are simulated. */
const mostTrained = 1000

const untrusted = Object.values(attacks).filter(({ decides }) => !decides)
const trusted = Object.values(attacks).filter(({ decides }) => decides)

/**
 * @typedef {object} MonthKind
 * @property {boolean} drifts
 * @property {number} everyDays between two cycles
 * @property {(seed: number) => import('./feedback.mjs').Attack | null} attackOf
 *
 * @type {Readonly<Record<string, MonthKind>>}
 */
export const monthKinds = {
  drifting: { drifts: true, everyDays: 7, attackOf: () => null },
  steady: { drifts: false, everyDays: 7, attackOf: () => null },
  poisoned: { drifts: true, everyDays: 15, attackOf: (seed) => untrusted[seed % untrusted.length] },
  'poisoned by trusted keys': {
    drifts: true,
    everyDays: 15,
    attackOf: (seed) => trusted[seed % trusted.length],
  },
}

/**
 * @param {readonly import('./world.mjs').WorldPrompt[]} world
 * @param {{ createRandom: Function, guaranteedThreshold: Function, runCycle: Function, embedder: object, prior: object }} tools
 */
export function createMonths(world, { createRandom, guaranteedThreshold, ...learning }) {
  const cycle = createCycle(world, { ...learning, promise, mostTrained })
  const calibrate = createCalibration(guaranteedThreshold, promise)
  return async (name, seed) => {
    const { drifts, everyDays, attackOf } = monthKinds[name]
    const drawn = drawMonth(world, {
      seed,
      createRandom,
      drifts,
      days: days.calibration + days.month,
      labelledSessions: sessions.labelled,
      ratedSessions: sessions.rated,
      trafficSessions: sessions.traffic,
    })
    const attack = attackOf(seed)
    const month = await runMonth(world, drawn, {
      seed,
      createRandom,
      calibrationDays: days.calibration,
      everyDays,
      labelShare,
      attack,
      cycle,
      calibrate,
    })
    return { seed, attack: Object.keys(attacks).find((each) => attacks[each] === attack) ?? null, ...month }
  }
}

/**
 * A promotion is wrong on some traffic if the new router answers it worse than the one before by more than the margin; or if it is
 * dearer there, unless that one loses more there than is promised.
 */
export function isWrongOn({ quality, usd, lostOld }) {
  return quality < -qualityMargin || (usd > 0 && lostOld <= promise.maxLoss)
}
