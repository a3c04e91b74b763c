import type { Decision } from '../../gateway/decide/decision.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Protocol } from '../../gateway/protocols/protocol.ts'
import {
  CheckedDelivery,
  isCheckedDecision,
  type PatientReceiver,
} from '../../gateway/send/checked-delivery.ts'
import type { Delivery } from '../../gateway/send/delivery.ts'
import { HedgedDelivery } from '../../gateway/send/hedged-delivery.ts'
import type { OutgoingRequest } from '../../gateway/send/outgoing-request.ts'
import { PlannedDelivery } from '../../gateway/send/planned-delivery.ts'

/** The delivery that a decision needs: with a check of the answer, with a second call for a late one, or by its plan alone. */
export function createDelivery(
  decision: Decision,
  request: OutgoingRequest,
  protocol: Protocol,
  gateway: Gateway,
  receiver: PatientReceiver,
  heartbeatMs: number,
): Delivery {
  if (isCheckedDecision(decision))
    return new CheckedDelivery(decision, request, protocol, gateway, receiver, heartbeatMs)
  const { hedging } = gateway
  const delayMs = hedging !== null && request.stream ? hedging.expectDelayMs(decision.model.name) : null
  return hedging !== null && delayMs !== null
    ? new HedgedDelivery(decision, request, protocol, gateway, receiver, hedging, delayMs)
    : new PlannedDelivery(decision, request, protocol, gateway, receiver)
}
