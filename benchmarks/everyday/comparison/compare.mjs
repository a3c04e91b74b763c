// Compares routers on the same rows: a figure of each with its bootstrap interval, and paired differences on the same resamples.
import { createRandom } from '../../../dist/base/math/random.js'
import { middleInterval } from '../../../dist/base/math/statistics/quantile.js'

const resamples = 1000
const seed = 1

/**
 * @typedef {(counts: ArrayLike<number>) => number} Statistic a router's figure if row i counts `counts[i]` times; NaN if these
 *   rows have none
 *
 * @param {Readonly<Record<string, Statistic>>} statistics by the router's name
 * @param {number} rows
 * @param {readonly string[]} against the routers that each other one is compared with
 * @returns by the router's name: `value`, its 95 % `interval`, and `minus`: name of another router → `difference` and `interval`
 */
export function compareRouters(statistics, rows, against) {
  const names = Object.keys(statistics)
  const all = new Uint8Array(rows).fill(1)
  const values = Object.fromEntries(names.map((name) => [name, statistics[name](all)]))
  const resampled = resample(statistics, rows)
  return Object.fromEntries(
    names.map((name) => {
      const others = against.filter((other) => other !== name && names.includes(other))
      const minus = others.map((other) => {
        const differences = resampled[name].map((value, sample) => value - resampled[other][sample])
        return [
          other,
          { difference: rounded(values[name] - values[other]), interval: intervalOf(differences) },
        ]
      })
      return [
        name,
        {
          value: rounded(values[name]),
          interval: intervalOf(resampled[name]),
          minus: Object.fromEntries(minus),
        },
      ]
    }),
  )
}

/**
 * The chance that a hard row has a higher win rate than an easy one (AUC), ties counting half. NaN if a resample has no hard or
 * no easy rows. The rows are sorted once.
 *
 * @param {ArrayLike<number>} winRates
 * @param {readonly boolean[]} isHard
 * @returns {Statistic}
 */
export function createResampledAuc(winRates, isHard) {
  const ascending = Uint32Array.from(isHard, (_, row) => row).sort(
    (one, other) => winRates[one] - winRates[other],
  )
  return function aucOf(counts) {
    let hard = 0
    let easy = 0
    let won = 0
    for (let place = 0; place < ascending.length; ) {
      const winRate = winRates[ascending[place]]
      let hardHere = 0
      let easyHere = 0
      for (; place < ascending.length && winRates[ascending[place]] === winRate; place++) {
        const row = ascending[place]
        if (isHard[row]) hardHere += counts[row]
        else easyHere += counts[row]
      }
      won += hardHere * (easy + easyHere / 2)
      hard += hardHere
      easy += easyHere
    }
    return hard === 0 || easy === 0 ? Number.NaN : won / (hard * easy)
  }
}

/** Each router's figure on the same resamples. One without a figure is drawn again for all routers. */
function resample(statistics, rows) {
  const random = createRandom(seed)
  const counts = new Uint32Array(rows)
  const names = Object.keys(statistics)
  const resampled = Object.fromEntries(names.map((name) => [name, new Float64Array(resamples)]))
  for (let sample = 0, draws = 1; sample < resamples; draws++) {
    if (draws > 2 * resamples) throw new Error(`Most resamples of ${rows} rows have no figure.`)
    counts.fill(0)
    for (let row = 0; row < rows; row++) counts[random.nextInt(rows)]++
    const figures = names.map((name) => statistics[name](counts))
    if (figures.some(Number.isNaN)) continue
    names.forEach((name, index) => {
      resampled[name][sample] = figures[index]
    })
    sample++
  }
  return resampled
}

function intervalOf(values) {
  return middleInterval(values).map(rounded)
}

function rounded(value) {
  return Number(value.toFixed(4))
}
