import { setTimeout as sleep } from 'node:timers/promises'
import { ControlError } from '../errors.ts'

const PATIENCE_MS = 30_000

/** What is read again and again. While it cannot be read, or not believed, what was read last stays. */
export class Source<T> {
  readonly #what: 'ledger' | 'quarantine'
  readonly #read: (before: T | null) => Promise<T>
  readonly #onProblem: (error: ControlError) => void
  #last: T
  #told: string | null = null

  private constructor(
    what: 'ledger' | 'quarantine',
    read: (before: T | null) => Promise<T>,
    onProblem: (error: ControlError) => void,
    first: T,
  ) {
    this.#what = what
    this.#read = read
    this.#onProblem = onProblem
    this.#last = first
  }

  /** @throws ControlError of `read`, or `source-failed` for whatever else it throws: there is nothing to keep yet */
  static async open<T>(
    what: 'ledger' | 'quarantine',
    read: (before: T | null) => Promise<T>,
    onProblem: (error: ControlError) => void,
  ): Promise<Source<T>> {
    return new Source(what, read, onProblem, await soon(what, read(null)))
  }

  get last(): T {
    return this.#last
  }

  /** Reads again. A problem is told when it begins or becomes another one, not each time. */
  async again(): Promise<void> {
    try {
      this.#last = await soon(this.#what, this.#read(this.#last))
      this.#told = null
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      if (this.#told !== error.message) this.#onProblem(error)
      this.#told = error.message
    }
  }
}

async function soon<T>(what: 'ledger' | 'quarantine', work: Promise<T>): Promise<T> {
  const enough = new AbortController()
  const tooLate = sleep(PATIENCE_MS, null, { signal: enough.signal, ref: false }).then(() => {
    throw new ControlError('source-failed', { what, cause: `timeout ${PATIENCE_MS / 1000} s` })
  })
  try {
    return await Promise.race([work, tooLate])
  } catch (error) {
    if (error instanceof ControlError) throw error
    const cause = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
    throw new ControlError('source-failed', { what, cause }, { cause: error })
  } finally {
    enough.abort()
    tooLate.catch(() => {})
  }
}
