import type { Command } from 'commander'
import type { CommandContext } from '../terminal/terminal.ts'

type AddCommand = (program: Command, context: CommandContext) => void

/** The commands by name, in the order of the help. Each adds itself to the program. */
export const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import('./serve/command.ts')).addServeCommand,
  demo: async () => (await import('./demo/command.ts')).addDemoCommand,
  route: async () => (await import('./route/command.ts')).addRouteCommand,
  score: async () => (await import('./score/command.ts')).addScoreCommand,
  train: async () => (await import('./train/command.ts')).addTrainCommand,
  calibrate: async () => (await import('./calibrate/command.ts')).addCalibrateCommand,
  evaluate: async () => (await import('./evaluate/command.ts')).addEvaluateCommand,
  learn: async () => (await import('./learn/command.ts')).addLearnCommand,
  transfer: async () => (await import('./transfer/command.ts')).addTransferCommand,
  audit: async () => (await import('./audit/command.ts')).addAuditCommand,
  policies: async () => (await import('./policies/command.ts')).addPoliciesCommand,
  pool: async () => (await import('./pool/command.ts')).addPoolCommand,
  data: async () => (await import('./data/command.ts')).addDataCommand,
  store: async () => (await import('./store/command.ts')).addStoreCommand,
  labels: async () => (await import('./labels/command.ts')).addLabelsCommand,
  savings: async () => (await import('./savings/command.ts')).addSavingsCommand,
  doctor: async () => (await import('./doctor/command.ts')).addDoctorCommand,
  init: async () => (await import('./init/command.ts')).addInitCommand,
  models: async () => (await import('./models/command.ts')).addModelsCommand,
  experiments: async () => (await import('./experiments/command.ts')).addExperimentsCommand,
  export: async () => (await import('./export/command.ts')).addExportCommand,
  'client-key': async () => (await import('./client-key/command.ts')).addClientKeyCommand,
  connect: async () => (await import('./connect/command.ts')).addConnectCommand,
}
