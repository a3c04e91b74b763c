/** Placeholder until the status route is there. */
export function CertificateCard() {
  return null
}
