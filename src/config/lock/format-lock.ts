import { Document, isMap } from 'yaml'
import {
  type CertifiedRouter,
  isCertified,
  type LockedCanary,
  type LockedRouter,
  type LockFile,
} from './lock-file.ts'

const heading =
  ' Written by `routellm learn` and the page; a running server follows it. Commit it: `git revert` brings the router before back.'

/** The text of a lock file. Equal contents have equal texts: policies and keys are in a fixed order. */
export function formatLock({ policies }: LockFile): string {
  const names = Object.keys(policies).toSorted()
  const written = Object.fromEntries(
    names.map((name) => {
      const { serving = null, canary = null, threshold } = policies[name] ?? {}
      return [
        name,
        {
          ...(serving === null ? threshold !== undefined && { threshold } : toWrittenRouter(serving)),
          ...(canary !== null && { canary: toWrittenCanary(canary) }),
        },
      ]
    }),
  )
  const document = new Document({ version: 1, policies: written })
  document.commentBefore = heading
  for (const name of names)
    for (const place of [[], ['canary']])
      for (const key of ['certificate', 'evidence']) {
        const node = document.getIn(['policies', name, ...place, key], true)
        if (isMap(node)) node.flow = true
      }
  return document.toString({ lineWidth: 0 })
}

function toWrittenRouter(locked: LockedRouter): object {
  const { router, artifact, sha256, threshold } = locked
  return { router, artifact, sha256, threshold, ...(isCertified(locked) && toWrittenPromise(locked)) }
}

function toWrittenPromise({ certificate, evidence }: CertifiedRouter): object {
  const { maxLoss, confidence, labels, validUntil } = certificate
  const { against, apgr, lossBound, lost, strongCallFraction, comparedSessions } = evidence
  return {
    certificate: { maxLoss, confidence, labels, validUntil },
    evidence: {
      against,
      apgr,
      ...(lossBound !== undefined && { lossBound }),
      ...(lost !== undefined && { lost }),
      ...(strongCallFraction !== undefined && { strongCallFraction }),
      ...(comparedSessions !== undefined && { comparedSessions }),
    },
  }
}

function toWrittenCanary(canary: LockedCanary): object {
  const { share, since, sessions } = canary
  return { share, since, sessions, ...toWrittenRouter(canary) }
}
