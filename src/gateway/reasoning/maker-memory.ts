import { hash } from 'node:crypto'
import QuickLRU from 'quick-lru'
import type { Model } from '../../routing/catalogue/model.ts'
import { isPackedState } from '../protocols/common/carried-state.ts'
import { isSealedState } from '../translation/sealed-state.ts'

/** Knows which model wrote a state that comes back in a conversation. */
export type MakerMemory = {
  remember(state: string, maker: Model): void
  /** Whether another model than this one is known to have written the state. */
  isForeign(state: string, model: Model): boolean
}

/** quick-lru keeps up to twice as many. A state takes about 150 bytes here, whatever its length. */
const rememberedStates = 16_384

/** In memory; after a restart nothing is known of the states before, and they pass. */
export function createMakerMemory(): MakerMemory {
  const makers = new QuickLRU<string, string>({ maxSize: rememberedStates })
  return {
    remember(state, maker) {
      makers.set(digestOf(state), identityOf(maker))
    },
    isForeign(state, model) {
      // Whatever was carried through a translation was made by a model that speaks another protocol.
      if (isSealedState(state) || isPackedState(state)) return true
      const maker = makers.get(digestOf(state))
      return maker !== undefined && maker !== identityOf(model)
    },
  }
}

/** The same for every effort. */
function identityOf({ provider, upstream }: Model): string {
  return `${provider}/${upstream}`
}

function digestOf(state: string): string {
  return hash('sha256', state, 'base64url').slice(0, 22)
}
