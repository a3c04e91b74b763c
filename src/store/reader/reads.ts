import type { TokenSums } from '../../gateway/energy/estimate-energy.ts'
import type { AuditQuery } from '../records/types/audit.ts'
import type { JobHolder } from '../records/types/job-holder.ts'
import type { RouterVersion } from '../records/types/versions.ts'
import type { Curve, CurveMoves, CurveMovesQuery, CurveQuery } from './answers/curve.ts'
import type { Failures } from './answers/failures.ts'
import type { KeyCost, KeyCostQuery, KeyUsage, KeyUsageQuery } from './answers/keys.ts'
import type {
  LabelFigures,
  LabelFiguresQuery,
  LabelItem,
  LabelQueue,
  LabelQueueQuery,
} from './answers/label.ts'
import type { AuditPage } from './answers/routers.ts'
import type { SessionFilter, SessionPage, SessionTurns } from './answers/sessions.ts'
import type { Prompts, PromptsQuery, TextSearch, TextSearchPage } from './answers/texts.ts'
import type {
  LatencyAnswer,
  Names,
  OperationsAnswer,
  OperationsQuery,
  RequestFilter,
  RequestPage,
  RequestTrace,
  Saving,
  SavingQuery,
  Usage,
  UsageFilter,
} from './answers.ts'

/** What can be read, by name. `read-functions.ts` has the functions. */
export type Reads = {
  usage: { query: UsageFilter; answer: Usage }
  latency: { query: UsageFilter; answer: LatencyAnswer }
  failures: { query: UsageFilter; answer: Failures }
  /** Only of requests that a model answered. */
  tokens: { query: UsageFilter; answer: readonly TokenSums[] }
  saving: { query: SavingQuery; answer: Saving }
  /** Takes facts of requests from the database, for a moment. The answer: whether it has all of them. */
  prepareFacts: { query: { readonly forMs: number }; answer: boolean }
  names: { query: UsageFilter; answer: Names }
  operations: { query: OperationsQuery; answer: OperationsAnswer }
  /** Of a policy, the oldest first. */
  versions: { query: { readonly policy: string }; answer: readonly RouterVersion[] }
  auditTrail: { query: AuditQuery; answer: AuditPage }
  requests: { query: RequestFilter; answer: RequestPage }
  prompts: { query: PromptsQuery; answer: Prompts }
  textSearch: { query: TextSearch; answer: TextSearchPage }
  sessions: { query: SessionFilter; answer: SessionPage }
  /** Null: no request of it is kept. */
  session: { query: { readonly id: string }; answer: SessionTurns | null }
  /** Null: there is no such request. */
  request: { query: { readonly id: string }; answer: RequestTrace | null }
  keyUsage: { query: KeyUsageQuery; answer: KeyUsage }
  keyCost: { query: KeyCostQuery; answer: KeyCost }
  labelQueue: { query: LabelQueueQuery; answer: LabelQueue }
  labelFigures: { query: LabelFiguresQuery; answer: LabelFigures }
  /** Null: there is no such request, or it is not put up. */
  labelItem: { query: { readonly requestId: string }; answer: LabelItem | null }
  curve: { query: CurveQuery; answer: Curve }
  curveMoves: { query: CurveMovesQuery; answer: CurveMoves }
  /** The process that has a job; null: none has. */
  jobHolder: { query: { readonly id: string }; answer: JobHolder | null }
}

export type ReadName = keyof Reads
