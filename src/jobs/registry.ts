import { answerJob } from './answer/job.ts'
import { auditJob } from './audit/job.ts'
import { augmentJob } from './augment/job.ts'
import { calibrateJob } from './calibrate/job.ts'
import { comparePoliciesJob } from './compare-policies/job.ts'
import { convertJob } from './convert/job.ts'
import { decontaminateJob } from './decontaminate/job.ts'
import { differenceJob } from './difference/job.ts'
import { estimatePolicyJob } from './estimate-policy/job.ts'
import { evaluateJob } from './evaluate/job.ts'
import { experimentsJob } from './experiments/job.ts'
import { instructionDataJob } from './fine-tune/instruction-data.ts'
import { fineTuneJob } from './fine-tune/job.ts'
import { inspectJob } from './inspect/job.ts'
import { judgeJob } from './judge/job.ts'
import { labelProgressJob } from './labels/progress/job.ts'
import { learnJob } from './learn/job.ts'
import { poolJob } from './pool/job.ts'
import { scoreJob } from './score/job.ts'
import { splitJob } from './split/job.ts'
import { trainJob } from './train/job.ts'
import { transferJob } from './transfer/job.ts'

/** The jobs that there are, by name: what a queue of this process or of a worker runs. */
export const jobs = {
  answer: answerJob,
  audit: auditJob,
  augment: augmentJob,
  calibrate: calibrateJob,
  'compare-policies': comparePoliciesJob,
  convert: convertJob,
  decontaminate: decontaminateJob,
  difference: differenceJob,
  'estimate-policy': estimatePolicyJob,
  evaluate: evaluateJob,
  experiments: experimentsJob,
  'fine-tune': fineTuneJob,
  'instruction-data': instructionDataJob,
  inspect: inspectJob,
  judge: judgeJob,
  'label-progress': labelProgressJob,
  learn: learnJob,
  pool: poolJob,
  score: scoreJob,
  split: splitJob,
  train: trainJob,
  transfer: transferJob,
} as const
