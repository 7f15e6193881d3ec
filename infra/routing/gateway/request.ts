/** As much of an `AbortSignal` as is needed: making a whole one for each request costs Node a tenth of it. */
export type Gone = Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>

/**
 * What the gateway reads of a request. Every web `Request` is one; `node.ts` makes a cheaper one, because building
 * a whole `Request` costs Node more than everything else that the gateway does with it.
 */
export interface GatewayRequest {
  readonly method: string
  /** Absolute; its host is the address that the client asked for. */
  readonly url: string
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null }
  /** Whole, where it had come before the gateway was asked. */
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | null
  /** Aborts when whoever asks has gone. */
  readonly signal: Gone
}
