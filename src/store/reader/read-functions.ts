import type { Database } from '../database/open-database.ts'
import { findJobHolder } from '../records/running-jobs.ts'
import { listVersions } from '../records/versions.ts'
import { findFactCache } from '../savings/fact-cache.ts'
import { readCurve } from './reads/curve/read-curve.ts'
import { readCurveMoves } from './reads/curve/read-moves.ts'
import { readKeyCost } from './reads/keys/read-key-cost.ts'
import { readKeyUsage } from './reads/keys/read-key-usage.ts'
import { readLabelFigures } from './reads/label/read-label-figures.ts'
import { readLabelItem } from './reads/label/read-label-item.ts'
import { readLabelQueue } from './reads/label/read-label-queue.ts'
import { readAuditTrail } from './reads/read-audit-trail.ts'
import { readLatency } from './reads/read-latency.ts'
import { readNames } from './reads/read-names.ts'
import { readOperations } from './reads/read-operations.ts'
import { readRequest } from './reads/read-request.ts'
import { readRequests } from './reads/read-requests.ts'
import { readSaving } from './reads/read-saving.ts'
import { readSession } from './reads/sessions/read-session.ts'
import { readSessions } from './reads/sessions/read-sessions.ts'
import { readPrompts } from './reads/texts/read-prompts.ts'
import { searchTexts } from './reads/texts/search-texts.ts'
import { readFailures } from './reads/totals/read-failures.ts'
import { readTokens } from './reads/totals/read-tokens.ts'
import { readUsage } from './reads/totals/read-usage.ts'
import type { ReadName, Reads } from './reads.ts'

type ReadFunction<Name extends ReadName> = (
  db: Database,
  query: Reads[Name]['query'],
  folder: string,
) => Promise<Reads[Name]['answer']>

/** A new read is a row here, its types in `reads.ts`, and its function in `reads/`. */
export const readFunctions: { readonly [Name in ReadName]: ReadFunction<Name> } = {
  usage: readUsage,
  latency: readLatency,
  failures: readFailures,
  tokens: readTokens,
  saving: readSaving,
  prepareFacts: (db, { forMs }, folder) => findFactCache(folder).prepare(db, forMs),
  names: readNames,
  operations: readOperations,
  versions: (db, { policy }) => listVersions(db, policy),
  auditTrail: readAuditTrail,
  requests: readRequests,
  prompts: readPrompts,
  textSearch: searchTexts,
  request: readRequest,
  sessions: readSessions,
  session: readSession,
  keyUsage: readKeyUsage,
  keyCost: readKeyCost,
  labelQueue: readLabelQueue,
  labelFigures: readLabelFigures,
  labelItem: readLabelItem,
  curve: readCurve,
  curveMoves: readCurveMoves,
  jobHolder: findJobHolder,
}
