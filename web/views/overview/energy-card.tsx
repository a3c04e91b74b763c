import { Fragment } from 'preact'
import { formatGrams, formatLess, formatWattHours } from '../../../src/base/text/format/format-energy.ts'
import type { EnergyEstimate } from '../../../src/gateway/energy/estimate-energy.ts'
import type { EnergyAnswer } from '../../../src/server/admin/api/energy.ts'
import { useResource } from '../../api/use-resource.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatShare } from '../../ui/format.ts'
import { Command, Loaded } from '../../ui/states.tsx'

/** What the answers have used, and what the baseline would have, by the figures of the configuration. */
export function EnergyCard({ parameters }: { parameters: string }) {
  const energy = useResource<EnergyAnswer>(`/energy?${parameters}`)
  return (
    <section class="card energy" aria-label="Energy and CO2">
      <h2>Energy and CO₂</h2>
      <Loaded resource={energy} what="The energy cannot be estimated">
        {({ estimate }) => (estimate === null ? <NoFigures /> : <Figures estimate={estimate} />)}
      </Loaded>
    </section>
  )
}

function Figures({ estimate }: { estimate: EnergyEstimate }) {
  const { wattHours, gramsCo2, saved, unknownBaselines, uncounted, sources } = estimate
  const { counted, all } = estimate.outputTokens
  if (estimate.countedModels.length === 0)
    return (
      <p class="quiet">
        None of the models that answered in this time has <code>energy</code> in routellm.yaml.
      </p>
    )
  return (
    <>
      <p class="figure">
        {formatWattHours(wattHours)} <span class="small quiet">{formatGrams(gramsCo2)} CO₂</span>
      </p>
      {saved !== null && (
        <p>
          <strong>{formatLess(saved.wattHours, formatWattHours)}</strong> than{' '}
          <Names names={saved.baselines} /> alone would have used, and{' '}
          {formatLess(saved.gramsCo2, formatGrams)} CO₂
        </p>
      )}
      <p class="quiet small">
        The ranges follow from the figures of the sources. The baseline is assumed to write as many tokens.
        {uncounted.length > 0 && (
          <>
            {' '}
            Not counted: {formatShare(1 - counted / all)} of the completion tokens, from{' '}
            <Names names={uncounted.map(({ model }) => model)} />.
          </>
        )}
        {unknownBaselines.length > 0 && (
          <>
            {' '}
            Not compared with <Names names={unknownBaselines} />, which{' '}
            {unknownBaselines.length === 1 ? 'has' : 'have'} no <code>energy</code> in routellm.yaml.
          </>
        )}
      </p>
      <details class="small">
        <summary>Sources</summary>
        <ul class="sources quiet">
          {sources.map((source) => (
            <li key={source}>
              <ForeignText text={source} most={600} />
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

const mostNames = 3

function Names({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.slice(0, mostNames).map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <ForeignText text={name} most={32} />
        </Fragment>
      ))}
      {names.length > mostNames && (
        <span
          title={names
            .slice(mostNames)
            .map((name) => escapeInvisible(name))
            .join(', ')}
        >
          {` and ${names.length - mostNames} more`}
        </span>
      )}
    </>
  )
}

/** Of Llama 3.1 8B: 0.12 to 0.20 J a token at a batch of 64 on an H100, with two versions of vLLM. */
const example = `energy: { wattHoursPerMillionOutputTokens: { low: 33, high: 56 }, source: "ML.ENERGY, 2025, ml.energy/blog" }`

function NoFigures() {
  return (
    <div class="stack">
      <p class="quiet">
        No model says what its tokens use. Write what was measured into the model’s entry in routellm.yaml:
      </p>
      <Command text={example} />
    </div>
  )
}
