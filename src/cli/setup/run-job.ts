import { demoConfig } from '../../config/parse-config.ts'
import { type Job, runJob } from '../../jobs/job.ts'
import type { Workspace } from '../../jobs/workspace.ts'
import { createStagedProgress } from '../terminal/progress.ts'
import type { CommandContext } from '../terminal/terminal.ts'
import { loadConfiguration } from './configuration.ts'
import { routerDependencies } from './open-gateway.ts'

/** The workspace of a command: its folder, the configuration of `--config`, and the environment. */
export async function openWorkspace(
  { config: file }: { readonly config?: string },
  context: CommandContext,
): Promise<Workspace> {
  const { config, variables } = await loadConfiguration(file === undefined ? {} : { config: file }, context)
  const { dataFolder, cacheFolder } = context.environment
  return {
    folder: context.folder,
    config,
    variables,
    dependencies: routerDependencies(config, variables, context),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(cacheFolder !== undefined && { cacheFolder }),
  }
}

/** The workspace of a command that needs no configuration and does not read the file. */
export function openBareWorkspace(context: CommandContext): Workspace {
  const config = demoConfig()
  const { variables, dataFolder, cacheFolder } = context.environment
  return {
    folder: context.folder,
    config,
    variables,
    dependencies: routerDependencies(config, variables, context),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(cacheFolder !== undefined && { cacheFolder }),
  }
}

/** Runs a job with its progress and its warnings on the terminal. Ctrl-C stops it. */
export async function runCommandJob<Payload, Result>(
  job: Job<Payload, Result>,
  payload: object,
  workspace: Workspace,
  { terminal, interrupted, reportProgress }: CommandContext,
): Promise<Result> {
  const progress = createStagedProgress(terminal)
  try {
    return await runJob(job, payload, {
      signal: interrupted,
      workspace,
      onProgress: ({ stage, done, total, detail }) => {
        progress.update(stage, done, total ?? undefined, detail)
        reportProgress?.({ stage, done, total })
      },
      onWarning: (message) => terminal.note(`${terminal.colors.yellow('warning:')} ${message}`),
      onNotice: (message) => terminal.note(message),
    })
  } finally {
    progress.stop()
  }
}
