import type { Command } from 'commander'
import type { CommandContext } from '../../terminal/terminal.ts'
import { addDataAnswerCommand } from './answer/command.ts'
import { addDataAugmentCommand } from './augment/command.ts'
import { addDataConvertCommand } from './convert/command.ts'
import { addDataDecontaminateCommand } from './decontaminate/command.ts'
import { addDataFetchCommand } from './fetch/command.ts'
import { addDataInspectCommand } from './inspect/command.ts'
import { addDataJudgeCommand } from './judge/command.ts'
import { addDataSplitCommand } from './split/command.ts'

export function addDataCommand(program: Command, context: CommandContext): void {
  const data = program
    .command('data')
    .description(
      'Fetch benchmark files; inspect, convert, decontaminate, split, answer, label and augment data.',
    )
  addDataFetchCommand(data, context)
  addDataInspectCommand(data, context)
  addDataConvertCommand(data, context)
  addDataDecontaminateCommand(data, context)
  addDataSplitCommand(data, context)
  addDataAnswerCommand(data, context)
  addDataJudgeCommand(data, context)
  addDataAugmentCommand(data, context)
}
