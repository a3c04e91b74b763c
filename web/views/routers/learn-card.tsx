/** Trains and compares: starts a run of `learn`, and shows its progress and what became of it. */
export function LearnCard({ policy }: { policy: string }) {
  return <section class="card" data-policy={policy} />
}
