/** Texts that have broken embedders and routers; each with what is special about it. */
export const sampleTexts: readonly { readonly kind: string; readonly text: string }[] = [
  { kind: 'a question', text: 'What is the capital of France?' },
  { kind: 'a task', text: 'Prove that the sum of two even numbers is even.\n\nThen write it in Lean 4.' },
  {
    kind: 'code',
    text: '```ts\nconst xs: number[] = []\nfor (const x of xs) console.log(x)\n```\nWhy is it silent?',
  },
  { kind: 'no text', text: '' },
  { kind: 'white space', text: ' \t\r\n\u00a0\u2003' },
  { kind: 'one character', text: '?' },
  { kind: 'Chinese', text: '请用三句话解释量子纠缠。' },
  { kind: 'Arabic', text: 'اشرح الفرق بين التوجيه والتبديل.' },
  { kind: 'emoji and joiners', text: '👩‍👩‍👧‍👦 🇫🇷 e\u0301 \u200b\ufeff' },
  { kind: 'a lone surrogate', text: 'before \ud800 after \udc00' },
  { kind: 'control characters', text: 'a\u0000b\u0007c\u001bd' },
  { kind: 'one word of 20,000 letters', text: 'a'.repeat(20_000) },
  { kind: '100,000 characters', text: 'Explain routing and switching to me. '.repeat(2_703) },
]

/** Three ordinary texts that differ. */
export const [firstText, secondText, thirdText] = [
  'What is the capital of France?',
  'Prove that the square root of two is irrational.',
  'Write a haiku about routers.',
] as const
