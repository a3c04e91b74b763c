// The figures of many months, as results/loop.json has them.
import { readFileSync } from 'node:fs'
import { isWrongOn, promise } from './months.mjs'

export function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

const policies = ['loop', 'builtin', 'length', 'random', 'strong', 'weak']

/** Dollars are fractions of what the strong model alone costs in the month; the loop's include its labels. */
export function summarise(months) {
  const figures = months.map((month) => figuresOf(month))
  const column = (of) => figures.map(of)
  return {
    months: months.length,
    policies: Object.fromEntries(
      policies.map((name) => [
        name,
        {
          usd: rounded(meanOf(column(({ policy }) => policy[name].usd))),
          quality: rounded(meanOf(column(({ policy }) => policy[name].quality))),
          lost: rounded(meanOf(column(({ policy }) => policy[name].lost))),
          broken: rounded(meanOf(column(({ policy }) => policy[name].broken))),
        },
      ]),
    ),
    labelUsd: rounded(meanOf(column(({ labelUsd }) => labelUsd))),
    lessThanFrozen: {
      usd: intervalOf(column(({ policy }) => policy.loop.usd - policy.builtin.usd)),
      quality: intervalOf(column(({ policy }) => policy.loop.quality - policy.builtin.quality)),
    },
    atEqualQuality: Object.fromEntries(
      ['builtin', 'length', 'random'].map((name) => [
        name,
        intervalOf(column(({ policy, hindsight }) => policy.loop.usd - hindsight[name])),
      ]),
    ),
    attacks: countOf(months.flatMap(({ attack }) => attack ?? [])),
    attempts: months.flatMap(({ attempts }) => attempts).length,
    promotions: months.flatMap(({ seed, attack, attempts }) =>
      attempts
        .filter(({ promoted }) => promoted)
        .map(({ day, why, before, after }) => ({
          seed,
          ...(attack !== null && { attack }),
          day,
          restores: why.startsWith('The candidate is promoted because'),
          before: roundedFigures(before),
          after: roundedFigures(after),
          wrongBefore: isWrongOn(before),
          wrongAfter: isWrongOn(after),
        })),
    ),
    daily: dailyOf(months),
  }
}

function figuresOf({ measured, hindsight }) {
  const mean = (of) => meanOf(measured.map(of))
  const strongUsd = mean(({ strong }) => strong.usd)
  const labelUsd = mean((day) => day.labelUsd) / strongUsd
  const policy = Object.fromEntries(
    policies.map((name) => [
      name,
      {
        usd: mean((day) => day[name].usd) / strongUsd + (name === 'loop' ? labelUsd : 0),
        quality: mean((day) => day[name].quality),
        lost: mean((day) => day[name].lost),
        broken: mean((day) => (day[name].lost > promise.maxLoss ? 1 : 0)),
      },
    ]),
  )
  return {
    policy,
    labelUsd,
    hindsight: Object.fromEntries(Object.entries(hindsight).map(([name, usd]) => [name, usd / strongUsd])),
  }
}

/**
 * Of each day, over the months: the saving so far against the strong model, as a fraction of what that costs in the whole month, and
 * the day's quality less the strong model's: mean, and the tenth and ninetieth percentile.
 */
function dailyOf(months) {
  return months[0].measured.map((_, day) =>
    Object.fromEntries(
      ['loop', 'builtin'].map((name) => [
        name,
        {
          saved: bandOf(
            months.map(({ measured }) => {
              const total = measured.reduce((sum, { strong }) => sum + strong.usd, 0)
              const saved = measured
                .slice(0, day + 1)
                .map((each) => each.strong.usd - each[name].usd - (name === 'loop' ? each.labelUsd : 0))
              return saved.reduce((sum, usd) => sum + usd, 0) / total
            }),
          ),
          quality: bandOf(
            months.map(({ measured }) => measured[day][name].quality - measured[day].strong.quality),
          ),
        },
      ]),
    ),
  )
}

function bandOf(values) {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))]
  return [meanOf(values), at(0.1), at(0.9)].map((value) => rounded(value, 4))
}

/** Mean over months, and its 95 % interval: months of different seeds are independent. */
function intervalOf(values) {
  const mean = meanOf(values)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  // Student's quantile of 97.5 %, by the first terms of its expansion around the normal one.
  const half = (1.96 + 2.37 / (values.length - 1)) * Math.sqrt(variance / values.length)
  return {
    value: rounded(mean),
    interval: [rounded(mean - half), rounded(mean + half)],
    months: values.filter((value) => value < 0).length,
  }
}

function countOf(names) {
  const counts = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function roundedFigures(figures) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value, 7)]))
}

function rounded(value, decimals = 5) {
  return Number(value.toFixed(decimals))
}
