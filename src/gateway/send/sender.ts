import {
  type AbortRequest,
  type Provider,
  type ProviderRequest,
  type ReplySink,
  requestsStreamUsage,
} from '../../providers/provider.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { unknownProvider } from '../decide/decider.ts'

/** Sends requests to models. The other half of a gateway; it decides nothing. */
export type Sender = {
  /**
   * Sends one request to the model's provider, which reports the reply to `sink`.
   *
   * @param request its body carries the model's upstream name already.
   * @returns aborts the upstream request.
   */
  send(model: Model, request: ProviderRequest, sink: ReplySink): AbortRequest
  /** Whether streams of the model are to be sent with a request for their usage. */
  requestsUsage(model: Model): boolean
}

/** @param providers by name; those of every model that can be decided on. */
export function createSender(providers: ReadonlyMap<string, Provider>): Sender {
  return {
    requestsUsage({ provider: name }) {
      const provider = providers.get(name)
      return provider !== undefined && requestsStreamUsage(provider)
    },
    send(model, request, sink) {
      const provider = providers.get(model.provider)
      if (provider !== undefined) return provider.stream(request, sink)
      throw unknownProvider(model, [...providers.keys()])
    },
  }
}
