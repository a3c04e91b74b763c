/** 97.5 % quantiles of Student's t for 7 and 15 degrees of freedom, and about 2 for others. */
const studentT = { 7: 2.365, 15: 2.131 }

/** Means and standard deviations over draws, and each router's difference to the prior on the same prompts. */
export function summary(runs) {
  const names = Object.keys(runs[0].apgr)
  const routers = Object.fromEntries(
    names.map((name) => {
      const apgr = runs.map((run) => run.apgr[name])
      return [name, { apgr: spread(apgr), ...(name !== 'prior' && { minusPrior: difference(runs, name) }) }]
    }),
  )
  const of = (figure) =>
    runs[0][figure] === undefined ? {} : { [figure]: spread(runs.map((run) => run[figure])) }
  return { routers, ...of('trust'), ...of('calibrationError') }
}

function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    lowest: Math.min(...values),
  }
}

/** Paired over draws; `interval` is the 95 % t interval of the mean, null for one draw. */
function difference(runs, name) {
  const values = runs.map(({ apgr }) => apgr[name] - apgr.prior)
  const { mean, deviation, lowest } = spread(values)
  if (deviation === null) return { mean, deviation, lowest, interval: null }
  const reach = ((studentT[runs.length - 1] ?? 2) * deviation) / Math.sqrt(runs.length)
  return { mean, deviation, lowest, interval: [mean - reach, mean + reach] }
}
