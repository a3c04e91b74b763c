import type { Command } from 'commander'
import type { CommandContext } from '../terminal.ts'
import { addDataAugmentCommand } from './data-augment.ts'
import { addDataConvertCommand } from './data-convert.ts'
import { addDataDecontaminateCommand } from './data-decontaminate.ts'
import { addDataFetchCommand } from './data-fetch.ts'
import { addDataInspectCommand } from './data-inspect.ts'
import { addDataJudgeCommand } from './data-judge.ts'
import { addDataSplitCommand } from './data-split.ts'

export function addDataCommand(program: Command, context: CommandContext): void {
  const data = program
    .command('data')
    .description('Get benchmark files; look into, convert, decontaminate, split, label and augment data.')
  addDataFetchCommand(data, context)
  addDataInspectCommand(data, context)
  addDataConvertCommand(data, context)
  addDataDecontaminateCommand(data, context)
  addDataSplitCommand(data, context)
  addDataJudgeCommand(data, context)
  addDataAugmentCommand(data, context)
}
