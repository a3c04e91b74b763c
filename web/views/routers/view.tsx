import type { ViewProps } from '../view.ts'
import { DifferenceCard } from './difference-card.tsx'
import { LearnCard } from './learn-card.tsx'

/** The versions of the policies that the lock file can change. */
export default function Routers({ item }: ViewProps) {
  const policy = item ?? 'auto'
  return (
    <>
      <header class="view-head">
        <h1>Routers</h1>
      </header>
      <LearnCard policy={policy} />
      <DifferenceCard policy={policy} />
    </>
  )
}
