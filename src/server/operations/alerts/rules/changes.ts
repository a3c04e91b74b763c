import type { Alert } from '../alert.ts'

/** An event of the audit trail. */
export type ServedChange = {
  readonly seq: number
  /** `promote`, `canary`, `promote-canary`, `roll-back` or `refuse`, or how an experiment has ended. */
  readonly action: string
  /** The name of a policy, or of an experiment. */
  readonly subject: string
  /** JSON. */
  readonly detail: string | null
}

/** What is said of a change of what is served; null for an action that is not known. */
export function toChangeAlert({ seq, action, subject, detail }: ServedChange): Alert | null {
  const found = findText(action)
  if (found === null) return null
  const { router, why } = readDetail(detail)
  const about = `${subject}${router === null ? '' : ` (router ${router})`}`
  return {
    event: found.event,
    key: `${found.event}:${seq}`,
    state: 'firing',
    summary: `${found.text.replace('…', about)}${why === null ? '.' : `: ${why.replace(/\.$/, '')}.`}`,
    details: { action, policy: subject, router, why },
  }
}

function findText(action: string): { readonly event: 'canary' | 'learn'; readonly text: string } | null {
  switch (action) {
    case 'roll-back':
      return { event: 'canary', text: 'What … had in service as a canary or after learning was rolled back' }
    case 'success':
    case 'guard':
    case 'sample-ratio':
    case 'undecided':
      return {
        event: 'canary',
        text: `The experiment … has ended (${action}), and its sessions get the control again`,
      }
    case 'canary':
      return { event: 'learn', text: 'A newly trained router serves a share of the sessions of …' }
    case 'promote':
      return { event: 'learn', text: 'A newly trained router serves …' }
    case 'promote-canary':
      return { event: 'learn', text: 'The canary of … has been put into service' }
    case 'refuse':
      return { event: 'learn', text: 'Learning has found no better router for …' }
    default:
      return null
  }
}

function readDetail(detail: string | null): { readonly router: string | null; readonly why: string | null } {
  const value: unknown = detail === null ? null : JSON.parse(detail)
  const read = (key: string) => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null
    return typeof found === 'string' ? found : null
  }
  return { router: read('router'), why: read('why') }
}
