import { type PolicyLabel, readPolicyLabels } from '../../learning/evaluation/policies/labels.ts'
import type { JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { findDataFile } from '../workspace.ts'
import { type LeftOutLabels, leaveLabelsOut } from './left-out.ts'
import type { OpenPolicies } from './open-policies.ts'

/** The labels of files, and how the policies' routers score them without having been trained on them. */
export type PolicyLabelFiles = LeftOutLabels & {
  readonly files: readonly string[]
  readonly labels: readonly PolicyLabel[]
}

/** @param names paths, or files of a hub. */
export async function readPolicyLabelFiles(
  names: readonly string[],
  { policies, routers }: Pick<OpenPolicies, 'policies' | 'routers'>,
  context: Pick<JobContext, 'workspace' | 'signal' | 'onWarning'>,
): Promise<PolicyLabelFiles> {
  const { workspace, signal } = context
  const files = await Promise.all(names.map((name) => findDataFile(name, workspace)))
  const labels = await readPolicyLabels(files, signal, () => loadPickPrompt(context))
  const prompts = labels.map(({ prompt }) => prompt)
  const leftOut = await leaveLabelsOut(prompts, policies, routers, workspace.dependencies, signal)
  return { files, labels, ...leftOut }
}
