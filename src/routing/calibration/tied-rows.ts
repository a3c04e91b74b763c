/** Rows that a threshold can only send the same way. */
export type TiedRows = { readonly winRate: number; readonly rows: readonly number[] }

/** The distinct win rates, ascending, each with its rows. */
export function tiedRows(winRates: readonly number[]): TiedRows[] {
  const order = winRates.map((_, row) => row).sort((one, other) => winRates[one]! - winRates[other]!)
  const ties: { winRate: number; rows: number[] }[] = []
  for (const row of order) {
    const last = ties.at(-1)
    if (last !== undefined && last.winRate === winRates[row]) last.rows.push(row)
    else ties.push({ winRate: winRates[row]!, rows: [row] })
  }
  return ties
}
