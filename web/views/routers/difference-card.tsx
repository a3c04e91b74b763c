/** Which kept requests another version of a policy would decide differently. */
export function DifferenceCard({ policy }: { policy: string }) {
  return <section class="card" data-policy={policy} />
}
