/**
 * A text in which `[email]`, `[key]`, `[number]`, `[ip]` and `[url credentials]` stand for what looks like one. It finds forms, not
 * meanings: names and addresses of people stay. Linear in the length of the text.
 */
export function redactText(text: string): string {
  let redacted = text
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement)
  return redacted
}

// Lengths are bounded, so that no text takes more than linear time. Keys first: their digits are no numbers.
const patterns: readonly (readonly [RegExp, string])[] = [
  // A URL's user and password.
  [/\b(https?:\/\/)[^\s/@:"\\]{1,64}:[^\s/@"\\]{1,128}@/g, '$1[credentials]@'],
  [/\bBearer\s{1,4}[\w.~+/=-]{8,4096}/g, 'Bearer [key]'],
  // Keys of OpenAI, Anthropic, GitHub, Slack, AWS, Google, Stripe and Hugging Face, and JSON web tokens.
  [
    /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|github_pat|xox[abprs]|hf|glpat|npm)[-_][\w-]{12,512}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,60}|\beyJ[\w-]{8,2048}\.[\w-]{8,4096}\.[\w-]{8,1024}/g,
    '[key]',
  ],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[email]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]'],
  // An IBAN.
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g, '[number]'],
  // Cards and telephones: at least 8 digits, with the marks that stand between them.
  [/(?<![\w.])\+?\d(?:[ ()./-]{0,2}\d){7,18}(?![\w.])/g, '[number]'],
]
