import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'

/**
 * Stops reading from one upstream connection while a client reads more slowly.
 *
 * undici's own `pause` is not used: up to version 7 its parser asserts that it is not paused when the upstream ends a
 * reply by closing the connection, and the assertion ends the process (nodejs/undici#5360). The parser is never paused
 * here. It finds nothing to read instead.
 */
export class ConnectionGate {
  #socket: Socket | null = null
  #isClosed = false

  attach(socket: Socket): void {
    this.#socket = socket
    this.#isClosed = false
    const read = socket.read
    socket.read = (size?: number) =>
      this.#isClosed && socket === this.#socket ? null : read.call(socket, size)
  }

  close(): void {
    this.#isClosed = true
  }

  open(): void {
    if (!this.#isClosed) return
    this.#isClosed = false
    this.#socket?.emit('readable')
  }
}

/** Stops and continues the reading of a reply. */
export type ReadingGate = Pick<ConnectionGate, 'open' | 'close'>

/** Learns which connection its request is sent on. */
export type GatedRequest = { onConnection(gate: ReadingGate): void }

/** The options of a dispatch through `createGatedClient`. */
export type GatedOptions = Dispatcher.DispatchOptions & { readonly gated: GatedRequest }

/** For `factory` of undici's pool: a client whose dispatches all have `GatedOptions`. */
export function createGatedClient(origin: URL, options: Client.Options): Client {
  const gate = new ConnectionGate()
  const { connect } = options
  const client = new Client(origin, {
    ...options,
    connect(target, connected) {
      if (typeof connect !== 'function') throw new Error('undici gives the clients of a pool its connector')
      connect(target, (...result) => {
        if (result[0] === null) gate.attach(result[1])
        connected(...result)
      })
    },
  })
  const dispatch = client.dispatch
  client.dispatch = (request, handler) => {
    const { gated } = request as GatedOptions
    gated.onConnection(gate)
    return dispatch.call(client, request, handler)
  }
  return client
}
