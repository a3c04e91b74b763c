import { parseRow } from '../formats/row.ts'
import { parseBattle, parseStrongWeakBattle } from './battles.ts'
import { formOfRow } from './forms.ts'
import { type Outcomes, parseOutcomes } from './outcomes.ts'
import { parsePreference } from './preferences.ts'
import { outcomesOfBattle, outcomesOfPreference } from './to-outcomes.ts'

/**
 * The scores that a row of labels gives: those of outcomes as they are; of a battle 1 for the winner, 0 for the loser and
 * 0.5 each for a tie; of a preference the shares.
 *
 * @param place as for `parseOutcomes`. Throws `DataError` `invalid-row`, also for the arena's published files and for prompts.
 */
export function outcomesOfLabel(value: unknown, place: string): Outcomes {
  const row = parseRow(value, place)
  if ('scores' in row || !('prompt' in row)) return parseOutcomes(row, place)
  switch (formOfRow(row, place)) {
    case 'battles':
      return outcomesOfBattle(parseBattle(row, place))
    case 'strong-weak':
      return outcomesOfBattle(parseStrongWeakBattle(row, place))
    case 'preferences':
      return outcomesOfPreference(parsePreference(row, place))
    case 'outcomes':
    case 'arena':
    case 'prompts':
      return parseOutcomes(row, place)
  }
}
