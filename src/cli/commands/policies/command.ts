import type { Command } from 'commander'
import type { CommandContext } from '../../terminal/terminal.ts'
import { addPoliciesCompareCommand } from './compare/command.ts'
import { addPoliciesDifferenceCommand } from './difference/command.ts'
import { addPoliciesEstimateCommand } from './estimate/command.ts'

export function addPoliciesCommand(program: Command, context: CommandContext): void {
  const policies = program
    .command('policies')
    .description(
      'Compare the configured policies on a log, or two versions of one or an estimate of another on the requests of the store: what each chooses, costs and loses.',
    )
  addPoliciesCompareCommand(policies, context)
  addPoliciesDifferenceCommand(policies, context)
  addPoliciesEstimateCommand(policies, context)
}
