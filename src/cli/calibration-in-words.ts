import type { Calibration } from './commands/calibrate.ts'
import type { Colors } from './terminal.ts'

/** A threshold for a person: what it does, what to write to use it, and what it is based on. */
export function calibrationLines(calibration: Calibration, colors: Colors): string[] {
  const { router, strongModelPct, threshold, prompts, basis, strongCallFraction } = calibration
  const asked = percent(strongModelPct)
  const got = percent(strongCallFraction)
  return [
    `Threshold ${colors.bold(plainDecimal(threshold))}: prompts with a win rate of at least that go to the strong model, all others to the weak one.`,
    `Ask for the model ${colors.bold(`router-${router}-${plainDecimal(threshold)}`)}${
      basis === 'recorded' ? `, or router-${router}-${Number((strongModelPct * 100).toPrecision(12))}pct` : ''
    }.`,
    basis === 'prompts'
      ? `It sends ${got} of the ${prompts} prompts given to the strong model; of others like them about as many.`
      : `It would send ${got} of ${behind(prompts)} to the strong model. Your prompts are others: --prompts finds the threshold on them.`,
    ...(got === asked
      ? []
      : [`You asked for ${asked}: prompts that share the win rate at the threshold all go the same way.`]),
  ]
}

function behind(prompts: number): string {
  return prompts === 0 ? 'any prompts' : `the ${prompts} prompts that the router was calibrated on`
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(1))} %`
}

/** As model names take it: no exponent, nothing rounded away that tells two win rates apart. */
function plainDecimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
