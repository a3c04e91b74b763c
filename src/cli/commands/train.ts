import type { Command } from 'commander'
import type { CommandContext } from '../terminal.ts'
import { addTrainBert } from './train-bert.ts'
import { addTrainCausalLlm } from './train-causal.ts'
import { addTrainCluster } from './train-cluster.ts'
import { addTrainNearestNeighbours, addTrainSimilarityWeighted } from './train-lookup.ts'
import { addTrainMatrixFactorization } from './train-mf.ts'
import { addTrainOwn } from './train-own.ts'

export function addTrainCommand(program: Command, context: CommandContext): void {
  const train = program.command('train').description('Train a router on data of your own.')
  addTrainOwn(train, context)
  addTrainMatrixFactorization(train, context)
  addTrainSimilarityWeighted(train, context)
  addTrainNearestNeighbours(train, context)
  addTrainCausalLlm(train, context)
  addTrainCluster(train, context)
  addTrainBert(train, context)
}
