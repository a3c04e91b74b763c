import type { Migration } from 'kysely'
import { up as first } from './0001-first.ts'
import { up as loop } from './0002-loop.ts'
import { up as sessions } from './0003-sessions.ts'
import { up as sessionDecisions } from './0004-session-decisions.ts'
import { up as pace } from './0005-pace.ts'
import { up as errors } from './0006-errors.ts'
import { up as refusals } from './0007-refusals.ts'
import { up as names } from './0008-names.ts'

/** In order. Names are never changed: a database remembers which it has. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': { up: first },
  '0002-loop': { up: loop },
  '0003-sessions': { up: sessions },
  '0004-session-decisions': { up: sessionDecisions },
  '0005-pace': { up: pace },
  '0006-errors': { up: errors },
  '0007-refusals': { up: refusals },
  '0008-names': { up: names },
}
