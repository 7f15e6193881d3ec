/** Lets work on the same names happen one after another, and work on other names at the same time. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Runs the work when all earlier work on any of these names is done. */
  async take<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const own = [...new Set(names)]
    const before = Promise.all(own.map((name) => this.#last.get(name)))
    const outcome = before.then(work)
    const done = outcome.then(
      () => undefined,
      () => undefined,
    )
    for (const name of own) this.#last.set(name, done)
    try {
      return await outcome
    } finally {
      for (const name of own) if (this.#last.get(name) === done) this.#last.delete(name)
    }
  }

  busy(name: string): boolean {
    return this.#last.has(name)
  }

  /** Resolves when all work that has begun or waits is done. */
  async quiet(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values())
  }
}

/** No more than so many at the same time; the others wait in line. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
