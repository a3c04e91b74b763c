import type { Rule } from './rule.ts'

/**
 * The rules of `rules` without configuration: the simple heuristics that teams start with, most decisive first.
 * Nothing here was fitted to labels; the numbers only order prompts.
 */
export const defaultRules: readonly Rule[] = [
  { name: 'the system prompt asks for the strong model', tags: ['tier:strong'], strongWinRate: 1 },
  { name: 'the system prompt asks for the weak model', tags: ['tier:weak'], strongWinRate: 0 },
  {
    name: 'a proof or a derivation',
    keywords: ['prove', 'proof', 'derive', 'theorem', 'lemma'],
    strongWinRate: 0.9,
  },
  { name: 'long code', code: true, minCharacters: 1500, strongWinRate: 0.85 },
  { name: 'mathematics', maths: true, strongWinRate: 0.75 },
  { name: 'code', code: true, strongWinRate: 0.7 },
  { name: 'a long prompt', minCharacters: 3000, strongWinRate: 0.65 },
  {
    name: 'reasoning is asked for',
    keywords: [
      'step by step',
      'analyze',
      'analyse',
      'compare',
      'evaluate',
      'critique',
      'trade-offs',
      'explain why',
      'strategy',
      'design',
    ],
    strongWinRate: 0.6,
  },
  {
    name: 'work on a given text',
    keywords: ['translate', 'summarize', 'summarise', 'rephrase', 'rewrite', 'proofread'],
    strongWinRate: 0.3,
  },
  { name: 'a short prompt', maxCharacters: 40, strongWinRate: 0.2 },
]

/** The win rate if no rule matches. */
export const defaultOtherwise = 0.4
