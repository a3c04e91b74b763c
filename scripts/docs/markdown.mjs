/** The names of the benchmarks as people write them. */
export const titles = { mmlu: 'MMLU', gsm8k: 'GSM8K', 'mt-bench': 'MT-Bench' }

/**
 * A Markdown table with all columns but the first `leftColumns` aligned to the right.
 *
 * @param {readonly string[]} headings
 * @param {readonly (readonly unknown[])[]} rows
 */
export function table(headings, rows, { leftColumns = 1 } = {}) {
  const line = (/** @type {readonly unknown[]} */ cells) => `| ${cells.join(' | ')} |`
  const rule = headings.map((_, column) => (column < leftColumns ? '---' : '---:'))
  return [headings, rule, ...rows].map(line).join('\n')
}

/** Three decimals without the leading zero, as papers write a share: `.577`. */
export function short(/** @type {number} */ value) {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

/** `short` with a sign: `+.012`. */
export function signed(/** @type {number} */ value) {
  return `${value < 0 ? '−' : '+'}${short(Math.abs(value))}`
}
