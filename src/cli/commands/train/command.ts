import type { Command } from 'commander'
import type { CommandContext } from '../../terminal/terminal.ts'
import { addTrainBert } from './bert/command.ts'
import { addTrainCascade } from './cascade/command.ts'
import { addTrainCausalLlm } from './causal_llm/command.ts'
import { addTrainCluster } from './cluster/command.ts'
import { addTrainFewLabel } from './few_label/command.ts'
import { addTrainNearestNeighbours, addTrainSimilarityWeighted } from './lookup/command.ts'
import { addTrainMatrixFactorization } from './mf/command.ts'

export function addTrainCommand(program: Command, context: CommandContext): void {
  const train = program.command('train').description('Train a router on data of your own.')
  addTrainFewLabel(train, context)
  addTrainCascade(train, context)
  addTrainMatrixFactorization(train, context)
  addTrainSimilarityWeighted(train, context)
  addTrainNearestNeighbours(train, context)
  addTrainCausalLlm(train, context)
  addTrainCluster(train, context)
  addTrainBert(train, context)
}
