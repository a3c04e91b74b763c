import { describe, expect, it } from 'vitest'
import { type Field, findSpecialty } from './specialists.ts'

const specialists: Readonly<Record<Field, readonly string[]>> = {
  code: [
    ...['codellama/CodeLlama-34b-Instruct-hf', 'codellama:7b-code', 'code-llama-70b', 'phind-codellama:34b'],
    ...['bigcode/starcoder2-15b', 'starcoder:3b', 'deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct'],
    ...['deepseek-coder:6.7b', 'Qwen/Qwen2.5-Coder-7B-Instruct', 'qwen2.5-coder:14b', 'qwen3-coder-plus'],
    ...['accounts/fireworks/models/qwen2p5-coder-32b-instruct', 'codestral-latest', 'mistral/codestral-2501'],
    ...['devstral-small-2505', 'codegemma:7b', 'google/codegemma-7b-it', 'Qwen/CodeQwen1.5-7B-Chat'],
    ...['WizardLM/WizardCoder-15B-V1.0', 'ise-uiuc/Magicoder-S-DS-6.7B', 'opencoder:8b'],
    ...['ibm-granite/granite-8b-code-instruct-4k', 'granite-code:3b', 'stable-code:3b', 'gpt-5-codex'],
    ...['codex-mini-latest', 'grok-code-fast-1', 'x-ai/grok-code-fast-1', 'THUDM/codegeex4-all-9b'],
    ...['deepcoder:14b', 'defog/sqlcoder-7b-2', 'Salesforce/codegen2-16B', 'yi-coder:9b', 'seed-coder-8b'],
  ],
  mathematics: [
    ...['mathstral:7b', 'mistralai/Mathstral-7B-v0.1', 'deepseek-ai/deepseek-math-7b-instruct'],
    ...['Qwen/Qwen2.5-Math-72B-Instruct', 'qwen2-math:7b', 'wizard-math:13b', 'WizardLM/WizardMath-70B-V1.0'],
    ...['meta-math/MetaMath-7B-V1.0', 'AI-MO/NuminaMath-7B-TIR', 'nvidia/OpenMath2-Llama3.1-8B'],
    ...['nvidia/AceMath-7B-Instruct', 'EleutherAI/llemma_7b', 'internlm/internlm2-math-plus-7b'],
    ...['deepseek-ai/DeepSeek-Prover-V2-7B', 'TIGER-Lab/MAmmoTH2-8B-Plus', 'rho-math-7b'],
  ],
  medicine: [
    ...['meditron:7b', 'epfl-llm/meditron-70b', 'google/medgemma-27b-text-it', 'medllama2:7b'],
    ...['BioMistral/BioMistral-7B', 'aaditya/Llama3-OpenBioLLM-70B', 'med-palm-2', 'palmyra-med'],
    ...['writer/palmyra-med-70b', 'medlm-large', 'ProbeMedicalYonseiMAILab/medllama3-v20', 'pmc-llama-13b'],
  ],
  law: ['Equall/Saul-7B-Legal', 'saullm-54b', 'law-llm-13b', 'AdaptLLM/law-LLM'],
  finance: [
    'palmyra-fin-70b-32k',
    'FinGPT/fingpt-mt_llama2-7b_lora',
    'AdaptLLM/finance-LLM',
    'financial-llama',
  ],
  translation: [
    ...[
      'facebook/nllb-200-3.3B',
      'google/madlad400-10b-mt',
      'Unbabel/TowerInstruct-7B-v0.2',
      'qwen-mt-turbo',
    ],
    ...['Helsinki-NLP/opus-mt-en-de', 'tencent/Hunyuan-MT-7B', 'haoranxu/ALMA-13B', 'translategemma:4b'],
  ],
}

const noChat = [
  ...['text-embedding-3-small', 'nomic-embed-text', 'mxbai-embed-large', 'BAAI/bge-m3', 'bge-large-en-v1.5'],
  ...['intfloat/multilingual-e5-small', 'Alibaba-NLP/gte-Qwen2-7B-instruct', 'all-minilm:l6-v2'],
  ...['sentence-transformers/all-MiniLM-L6-v2', 'cohere/rerank-v3.5', 'jina-reranker-v2', 'voyage-3-large'],
  ...[
    'snowflake-arctic-embed2',
    'Qwen/Qwen3-Embedding-0.6B',
    'meta-llama/Llama-Guard-3-8B',
    'llama-guard3:1b',
  ],
  ...['google/shieldgemma-9b', 'granite3-guardian:8b', 'omni-moderation-latest', 'gpt-oss-safeguard-20b'],
  ...['Qwen/Qwen2.5-Math-PRM-7B', 'Skywork/Skywork-Reward-Llama-3.1-8B', 'whisper-1', 'tts-1-hd'],
  ...['gpt-4o-mini-tts', 'gpt-4o-transcribe', 'dall-e-3', 'gpt-image-1', 'black-forest-labs/FLUX.1-dev'],
]

const general = [
  ...[
    'gpt-5',
    'gpt-5-mini',
    'gpt-4o-2024-08-06',
    'o3',
    'o4-mini',
    'gpt-oss-120b',
    'gpt-3.5-turbo',
    'chatgpt-4o-latest',
  ],
  ...[
    'claude-sonnet-4-5',
    'anthropic/claude-3-haiku-20240307',
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
  ],
  ...[
    'gemini-2.5-flash',
    'google/gemma-3-27b-it',
    'llama3.1',
    'meta-llama/Llama-3.3-70B-Instruct',
    'mixtral-8x7b',
  ],
  ...[
    'mistral-small-latest',
    'ministral-8b',
    'mistral-medium',
    'mistral-nemo',
    'magistral-small',
    'pixtral-12b',
  ],
  ...['Qwen/Qwen3-8B', 'qwen2.5:7b', 'qwq-32b', 'deepseek-chat', 'deepseek-reasoner', 'deepseek-r1:8b'],
  ...[
    'DeepSeek-V3.1',
    'phi-4-mini',
    'grok-4',
    'command-r-plus',
    'yi-34b-chat',
    'glm-4.5-air',
    'kimi-k2',
    'minimax-m2',
  ],
  ...[
    'decoder-x',
    'encoder-decoder-large',
    'unicode',
    'unicode-7b',
    'barcode-reader',
    'transcoder',
    'geocoder',
  ],
  ...[
    'codename-falcon',
    'encoded-llama',
    'dolphin-decoded',
    'aftermath-7b',
    'polymath-8b',
    'mathilda',
    'medium',
  ],
  ...[
    'remedy-7b',
    'lawrence-7b',
    'claw-13b',
    'finch-7b',
    'finetuned-llama',
    'griffin-9b',
    'embedded-llama-1b',
  ],
  ...[
    'vanguard-7b',
    'guardrail-free',
    'rewarding-chat',
    'nous-hermes-2',
    'openchat-3.5',
    'zephyr-7b-beta',
    'solar-10.7b',
  ],
  ...[
    'sapienzanlp/Minerva-7B-instruct-v1.0',
    'gpt-sw3-swe',
    'viking-fin-7b',
    'demo-weak',
    'strong',
    'weak',
    '',
    '/',
    '///',
    '日本語モデル',
    'stablelm-zephyr',
    'granite3.1-dense:8b',
  ],
]

describe('findSpecialty', () => {
  it.each(Object.entries(specialists))('finds models for %s', (field, names) => {
    const found = names.map((name) => [name, findSpecialty(name)])
    expect(found).toEqual(names.map((name) => [name, { kind: 'field', field }]))
  })

  it('finds models that answer no chat requests', () => {
    const others = noChat.filter((name) => findSpecialty(name)?.kind !== 'no-chat')
    expect(others).toEqual([])
  })

  it('takes no general model for a specialist', () => {
    const taken = general.flatMap((name) => {
      const found = findSpecialty(name)
      return found === undefined ? [] : [[name, found]]
    })
    expect(taken).toEqual([])
  })

  it('reads names of any length', () => {
    expect(findSpecialty('-coder'.repeat(100_000))).toEqual({ kind: 'field', field: 'code' })
    expect(findSpecialty('/'.repeat(1_000_000))).toBeUndefined()
  })
})
