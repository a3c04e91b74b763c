import type { ConfigFile } from '../schema/schema.ts'
import type { EnergyConfig } from './energy-config.ts'

/** The most efficient fleet that publishes its figure, and the average of a survey of operators. */
const defaultEffectiveness = {
  range: { low: 1.09, high: 1.56 },
  source:
    'Data centres: 1.09 (Google, fleet average of 2024, datacenters.google/efficiency) to 1.56 (Uptime Institute, Global Data Center Survey 2024, uptimeinstitute.com)',
}

/** Direct emissions, and those of the life cycle of power stations and fuels. */
const defaultGrid = {
  range: { low: 445, high: 481 },
  source:
    'Grid, average of the world: 445 g CO2/kWh (IEA, Electricity 2025, direct emissions of 2024, iea.org/reports/electricity-2025/emissions) to 481 (Ember, yearly electricity data, life cycle, 2023, ember-energy.org)',
}

export function energyOf(given: ConfigFile['energy']): EnergyConfig {
  const { powerUsageEffectiveness, gramsCo2PerKwh, source } = given
  return {
    powerUsageEffectiveness: powerUsageEffectiveness ?? defaultEffectiveness.range,
    gramsCo2PerKwh: gramsCo2PerKwh ?? defaultGrid.range,
    sources: [
      ...(powerUsageEffectiveness === undefined ? [defaultEffectiveness.source] : []),
      ...(gramsCo2PerKwh === undefined ? [defaultGrid.source] : []),
      ...(source === undefined ? [] : [source]),
    ],
  }
}
