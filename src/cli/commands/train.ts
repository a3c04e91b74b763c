import type { Command } from 'commander'
import type { CommandContext } from '../terminal.ts'
import { addTrainCausalLlm } from './train-causal.ts'
import { addTrainNearestNeighbours, addTrainSimilarityWeighted } from './train-lookup.ts'
import { addTrainMatrixFactorization } from './train-mf.ts'

export function addTrainCommand(program: Command, context: CommandContext): void {
  const train = program.command('train').description('Train a router on data of your own.')
  addTrainMatrixFactorization(train, context)
  addTrainSimilarityWeighted(train, context)
  addTrainNearestNeighbours(train, context)
  addTrainCausalLlm(train, context)
}
