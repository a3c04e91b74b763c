import { InvalidRequestError } from '../../errors.ts'
import type { KeyAccess } from '../../gateway/decide/access/key-access.ts'
import type { ListedModel } from '../../gateway/decide/decider.ts'
import type { Gateway } from '../../gateway/gateway.ts'

/** The replies of `GET /v1/models` and `/v1/models/<name>` in the form of one API. */
export type ModelList = {
  /** @param key the client's; null for one without a name, or none. */
  list(key: KeyAccess | null): object
  /** @throws InvalidRequestError 404 `model-not-found` for whatever a chat request of the key cannot name. */
  find(name: string, key: KeyAccess | null): object
}

/** @param createdAt when the models were created, in seconds since 1970: the server knows none better than its start. */
export function createOpenAIModelList(gateway: Gateway, createdAt: number): ModelList {
  const toModel = ({ id, ownedBy, description }: ListedModel) => ({
    id,
    object: 'model',
    created: createdAt,
    owned_by: ownedBy,
    ...(description !== undefined && { description }),
  })
  return {
    list: (key) => ({ object: 'list', data: gateway.models(key ?? undefined).map(toModel) }),
    find: (name, key) => toModel(findListed(gateway, name, key)),
  }
}

/** All models are on one page. Source: Anthropic's API reference, "List models". */
export function createAnthropicModelList(gateway: Gateway, createdAt: number): ModelList {
  const created = new Date(createdAt * 1000).toISOString()
  const toModel = ({ id }: ListedModel) => ({ type: 'model', id, display_name: id, created_at: created })
  return {
    list(key) {
      const data = gateway.models(key ?? undefined).map(toModel)
      return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
    },
    find: (name, key) => toModel(findListed(gateway, name, key)),
  }
}

function findListed(gateway: Gateway, name: string, key: KeyAccess | null): ListedModel {
  try {
    return gateway.findListed(name, key ?? undefined)
  } catch (cause) {
    if (!(cause instanceof InvalidRequestError)) throw cause
    throw new InvalidRequestError('model-not-found', cause.message, { status: 404, param: 'model', cause })
  }
}
