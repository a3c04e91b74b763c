/** Bounds of a figure; equal if it is known. */
export type Range = { readonly low: number; readonly high: number }

/** What turns watt-hours of servers into those of a data centre, and these into CO2. */
export type EnergyConfig = {
  /** Energy of the data centre per energy of its servers. */
  readonly powerUsageEffectiveness: Range
  readonly gramsCo2PerKwh: Range
  /** Where the two are from. */
  readonly sources: readonly string[]
}
