import { describe, expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'

describe("a file in upstream's format", () => {
  it('maps a checkpoint of mf with its embedder', () => {
    const config = parseConfig('mf:\n  checkpoint_path: routellm/mf_gpt4_augmented\nrandom:\n', 'config.yaml')
    expect(config.routers).toEqual([
      {
        name: 'mf',
        kind: 'mf',
        checkpoint: 'routellm/mf_gpt4_augmented',
        embedder: 'openai-compatible:text-embedding-3-small',
      },
      { name: 'random', kind: 'random' },
    ])
    expect(config.auto).toEqual({ kind: 'threshold', router: 'mf', threshold: 0.5 })
    expect(config.providers.map((provider) => provider.kind)).toEqual(['demo'])
  })

  it('resolves a checkpoint folder against the file', () => {
    const config = parseConfig('mf: { checkpoint_path: ./mf, strong_model: gpt-4-0613 }', '/a/config.yaml')
    expect(config.routers[0]).toMatchObject({ checkpoint: '/a/mf', scoringStrongModel: 'gpt-4-0613' })
  })

  it('asks a checkpoint of causal_llm where vLLM serves it, in the format of the reference', () => {
    const config = parseConfig(
      'causal_llm:\n  checkpoint_path: routellm/causal_llm_gpt4_augmented\n',
      'config.yaml',
    )
    expect(config.routers).toEqual([
      {
        name: 'causal_llm',
        kind: 'causal_llm',
        checkpoint: 'routellm/causal_llm_gpt4_augmented',
        model: 'routellm/causal_llm_gpt4_augmented',
        baseUrl: 'http://127.0.0.1:8000/v1',
        mode: 'completion',
      },
    ])
    expect(config.auto).toEqual({ kind: 'threshold', router: 'causal_llm', threshold: 0.5 })
  })

  it.each([
    [
      'sw_ranking: { arena_battle_datasets: [a] }',
      'sw_ranking: the router sw_ranking is trained once, not at every start: `routellm train sw_ranking',
    ],
    ['causal_llm:', 'causal_llm: needs checkpoint_path'],
    ['causal_llm: { checkpoint_path: 3 }', 'causal_llm.checkpoint_path: must be a text'],
    ['causal_llm: { checkpoint_path: a/b, score_threshold: 4 }', 'score_threshold: is fixed'],
    ['causal_llm: { checkpoint_path: a/b, model_id: x }', 'model_id: is up to the server'],
    ['causal_llm: { checkpoint: a/b }', 'Did you mean "checkpoint_path"?'],
    ['bert: { checkpoint_path: 3 }', 'bert.checkpoint_path: must be a text'],
    [
      'bert: { checkpoint: x }',
      'bert.checkpoint: unknown argument "checkpoint". Did you mean "checkpoint_path"?',
    ],
    ['bert: { num_labels: 2 }', 'bert.num_labels: must be 3'],
    ['mff: {}', 'f.yaml:1: mff: unknown router "mff". Did you mean "mf"?'],
    [
      'mf:\n  checkpoint: x',
      'f.yaml:2: mf.checkpoint: unknown argument "checkpoint". Did you mean "checkpoint_path"?',
    ],
    ['mf: { hidden_size: 128 }', 'mf.hidden_size: is read from the checkpoint'],
    ['server: { port: 1 }', 'start the file with `version: 1`'],
    ['random: { seed: 1 }', 'random.seed: the router random takes no arguments'],
    ['mf: 3', 'neither `version: 1`'],
  ])('%s', (text, says) => {
    expect(() => parseConfig(text, 'f.yaml')).toThrow(says)
  })
})
