import { resolve } from 'node:path'
import { hearAbort, runSteps } from '../../base/concurrency/run-steps.ts'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { evaluateInSteps } from '../../learning/evaluation/evaluate.ts'
import { checkNoneWorse } from '../../learning/evaluation/gates/regression.ts'
import { type CheckResult, checkRequirement } from '../../learning/evaluation/gates/requirement.ts'
import { writeReportFiles } from '../../learning/evaluation/reports/report-files.ts'
import { reportHtml } from '../../learning/evaluation/reports/report-html.tsx'
import type { EvaluationReport } from '../../learning/evaluation/reports/report-sections.ts'
import type { Job, JobContext } from '../job.ts'
import { type EvaluatePayload, evaluatePayload } from './payload.ts'
import { type EvaluatedInput, type EvaluationPlan, inputFiles, planEvaluation } from './plan.ts'
import { type EvaluationResources, withResources } from './resources.ts'

export type EvaluateResult = {
  /** One for each benchmark, in order. */
  readonly evaluations: readonly EvaluationReport[]
  readonly checks: readonly CheckResult[]
  /** Paths of the files that were written. */
  readonly written: readonly string[]
}

/** Measures routers on benchmarks, beside the baselines and the best possible. Sends no prompt to a model. */
export const evaluateJob: Job<EvaluatePayload, EvaluateResult> = {
  name: 'evaluate',
  payload: evaluatePayload,
  async run(given, context) {
    const plan = await planEvaluation(given, context)
    const evaluations: EvaluationReport[] = []
    for (const input of plan.inputs)
      evaluations.push(await evaluateOne(await input(), plan.resources, given, context))
    const checks = checkAll(plan, evaluations)
    return { evaluations, checks, written: await writeReports(evaluations, given, context) }
  },
}

async function evaluateOne(
  input: EvaluatedInput,
  resources: EvaluationResources,
  { metrics, seed, samples }: EvaluatePayload,
  { signal, onProgress }: JobContext,
): Promise<EvaluationReport> {
  const { benchmark, routers } = input
  const steps = evaluateInSteps({
    benchmark,
    routers,
    ...(metrics !== undefined && { metrics }),
    seed,
    samples,
  })
  const evaluation = await runSteps(steps, (done) => {
    onProgress({ stage: `measuring on ${benchmark.name}`, done, total: samples, detail: '' })
    return hearAbort(signal)
  })
  return withResources(evaluation, input, resources)
}

function checkAll(
  { requirements, earlier }: EvaluationPlan,
  evaluations: readonly EvaluationReport[],
): CheckResult[] {
  return [
    ...evaluations.flatMap((evaluation) =>
      requirements.map((requirement) => checkRequirement(evaluation, requirement)),
    ),
    ...checkNoneWorse(evaluations, earlier),
  ]
}

async function writeReports(
  evaluations: readonly EvaluationReport[],
  given: EvaluatePayload,
  { workspace, signal }: JobContext,
): Promise<string[]> {
  const { output, html, png } = given
  const { folder } = workspace
  return writeOutputs(await inputFiles(given, workspace), async (openOutput) => {
    const written: string[] = []
    if (output !== undefined)
      for (const evaluation of evaluations)
        written.push(
          ...(await writeReportFiles(openOutput, resolve(folder, output), evaluation, png ? { png } : {})),
        )
    if (html !== undefined) {
      const file = await openOutput(resolve(folder, html), '--html')
      await file.write(reportHtml(evaluations))
      written.push(file.path)
    }
    signal.throwIfAborted()
    return written
  })
}
