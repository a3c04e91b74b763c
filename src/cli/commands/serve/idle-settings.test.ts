import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../config/parse-config.ts'
import { findIdleSettings } from './idle-settings.ts'

const configOf = (more: string) =>
  parseConfig(
    `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 }
  small: { provider: demo }
policy: { strong: large, weak: small }
policies: { one: { kind: pair, strong: large, weak: small, router: mf, strongPercent: 50 } }
${more}`,
    'routellm.yaml',
  )
const learning = [{ name: 'learner' }]
const parts = { keeps: true, learning: [], isPriced: (name: string) => name === 'large' }

describe('settings without effect', () => {
  it('are none by default, with and without a store', () => {
    expect(findIdleSettings(configOf(''), parts)).toEqual([])
    expect(findIdleSettings(configOf('store: off'), { ...parts, keeps: false })).toEqual([])
    expect(findIdleSettings(configOf(''), { ...parts, learning })).toEqual([])
  })

  it('are a policy that learns without vectors, or without a store', () => {
    expect(findIdleSettings(configOf('store: { features: none }'), { ...parts, learning })).toEqual([
      'the policy "learner" learns nothing, because no vectors of prompts are kept: remove store.features: none',
    ])
    expect(findIdleSettings(configOf(''), { ...parts, learning, keeps: false })).toEqual([
      'the policy "learner" learns nothing: feedback is refused, because there is no store: remove `store: off` or --no-store',
    ])
  })

  it('are those that work on what a store keeps', () => {
    const config = configOf(`learn: { every: 24h }
labels: {}
exploration: { share: 0.1 }
experiments:
  cheaper: { control: auto, treatment: one, plannedSessions: 100, mostUsdPerSession: 1, success: [{ outcome: usd, is: below, limit: 0 }] }`)
    expect(findIdleSettings(config, parts)).toEqual([])
    const idle = findIdleSettings(config, { ...parts, keeps: false })
    expect(idle.map((line) => line.split(' ')[0])).toEqual([
      'learn.every',
      'labels',
      'experiments',
      'exploration',
    ])
    for (const line of idle) expect(line).toContain('remove `store: off` or --no-store')
  })

  it('are shadow calls of models without a price', () => {
    const config = configOf('shadow: { share: 0.1, usdPerDay: 1, judge: large }')
    expect(findIdleSettings(config, parts)).toEqual([
      expect.stringMatching(/^shadow calls no model without a price.*: give small inputUsdPerMillionTokens/),
    ])
    expect(findIdleSettings(config, { ...parts, isPriced: () => true })).toEqual([])
  })
})
