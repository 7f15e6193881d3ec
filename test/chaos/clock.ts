import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import { current } from './run.ts'

/** How many times faster than the machine's the clock goes, when the machine keeps up. */
const SPEED = 20
const TICK_MS = 5

/**
 * A clock that stands still while the process gets no turn: on a machine that is busy with other things, nothing times
 * out that would not have otherwise.
 */
class Clock {
  readonly #timers = new Set<Timer>()
  #now: number
  #seen: number

  constructor(start: number, real: () => number, every: (work: () => void, ms: number) => unknown) {
    this.#now = start
    this.#seen = real()
    every(() => {
      const passed = Math.min(real() - this.#seen, TICK_MS)
      this.#seen = real()
      this.advance(passed * SPEED)
    }, TICK_MS)
  }

  get now(): number {
    return this.#now
  }

  add(timer: Timer): void {
    this.#timers.add(timer)
  }

  remove(timer: Timer): void {
    this.#timers.delete(timer)
  }

  advance(ms: number): void {
    this.#now += ms
    const due = [...this.#timers].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    for (const timer of due) if (this.#timers.has(timer)) timer.fire()
  }
}

/** What `setTimeout` and `setInterval` return here. */
class Timer {
  readonly #clock: Clock
  readonly #work: () => void
  readonly #ms: number
  readonly #again: boolean
  at = 0

  constructor(clock: Clock, work: () => void, ms: number, again: boolean) {
    this.#clock = clock
    // an asynchronous context goes with its timers
    this.#work = bound(work)
    this.#ms = Math.max(1, Number(ms) || 1)
    this.#again = again
    this.refresh()
  }

  fire(): void {
    if (this.#again) this.refresh()
    else this.close()
    this.#work()
  }

  refresh(): this {
    this.at = this.#clock.now + this.#ms
    this.#clock.add(this)
    return this
  }

  close(): this {
    this.#clock.remove(this)
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }
}

function bound(work: () => void): () => void {
  const run = current.getStore()
  return () => (run === undefined ? current.exit(work) : current.run(run, work))
}

/**
 * Gives this clock to everything in this process: dates, timers, timeouts. One run's may be off. Before anything else
 * is loaded.
 */
export function installClock(): void {
  const RealDate = Date
  const { setInterval: every, clearTimeout: clear } = globalThis
  const clock = new Clock(RealDate.now(), performance.now.bind(performance), every)
  const now = () => Math.round(clock.now + (current.getStore()?.plan.jumpMs ?? 0))
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(given.length === 0 ? now() : (given[0] as number))
    }
    static override now(): number {
      return now()
    }
  } as DateConstructor
  const begun = clock.now
  performance.now = () => clock.now - begun

  const start =
    (again: boolean) =>
    (work: (...rest: unknown[]) => void, ms = 0, ...rest: unknown[]) =>
      new Timer(clock, () => work(...rest), ms, again)
  const stop = (timer: unknown) =>
    timer instanceof Timer ? void timer.close() : clear(timer as NodeJS.Timeout)
  Object.assign(globalThis, { setTimeout: start(false), setInterval: start(true) })
  Object.assign(globalThis, { clearTimeout: stop, clearInterval: stop })
  const sleep = async (
    ms = 0,
    value?: unknown,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<unknown> => {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      const timer = new Timer(clock, () => resolve(value), ms, false)
      signal?.addEventListener('abort', () => reject(timer.close() && signal.reason), { once: true })
    })
  }
  Object.assign(timersPromises, { setTimeout: sleep })
  syncBuiltinESMExports()
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    new Timer(clock, () => controller.abort(new DOMException('timed out', 'TimeoutError')), ms, false)
    return controller.signal
  }
}
