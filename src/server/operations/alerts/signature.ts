import { createHmac } from 'node:crypto'

/** Of a delivery's body; absent without a secret. */
export const signatureHeader = 'x-routellm-signature'
/** Equal for all attempts of one delivery. */
export const deliveryHeader = 'x-routellm-delivery'

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`. The receiver computes it again, compares in constant
 * time, and refuses an old time, so that nobody can send a delivery that they have seen again.
 */
export function signDelivery(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}
