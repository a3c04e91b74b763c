import type { TermVisitor } from '../../routers/few_label/terms.ts'
import { hashOfSequence, hashOfToken, type Token } from './read-text.ts'

/** The terms of an answer: its tokens, and sequences of two and three neighbours. Their places are not told apart. */
export const visitAnswerTerms: TermVisitor<readonly Token[]> = (tokens, visit) => {
  const hashes = tokens.map(hashOfToken)
  for (let token = 0; token < hashes.length; token++) {
    visit(hashes[token]!, 0)
    for (let size = 2; size <= 3 && token + size <= hashes.length; size++)
      visit(hashOfSequence(hashes.slice(token, token + size)), 0)
  }
}
