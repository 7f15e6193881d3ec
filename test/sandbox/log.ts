/** One call that reached the sandbox: without its body, and so without its secrets. */
export type Call = {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly ref: string | null
  /** The project whose cluster really served it. */
  cluster: string | null
  /** Null while, or if ever, unanswered. */
  status: number | null
}

const KEPT = 10_000

/** The calls served, in the order in which they came. */
export class CallLog {
  #calls: Call[] = []

  begin(method: string, path: string): Call {
    const ref = /^\/(?:v1\/)?projects\/([a-z]{20})(?:\/|$)/.exec(path)?.[1] ?? null
    const call: Call = { at: new Date().toISOString(), method, path, ref, cluster: null, status: null }
    this.#calls.push(call)
    if (this.#calls.length > KEPT * 1.1) this.#calls = this.#calls.slice(-KEPT)
    return call
  }

  get calls(): readonly Call[] {
    return this.#calls.slice(-KEPT)
  }
}
