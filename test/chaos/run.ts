import { AsyncLocalStorage } from 'node:async_hooks'
import type { Fault } from './faults.ts'

/** What is to go wrong at one boundary: at its `nth` call in a run (from 1), and with `lasting` at all later ones. */
export interface Planned {
  readonly boundary: string
  readonly nth: number
  readonly fault: Fault
  readonly lasting: boolean
}

export interface Plan {
  readonly faults: readonly Planned[]
  /** Killed at the first kind of boundary that is not among these, which it then is. */
  readonly beyond?: { readonly passed: Set<string>; readonly fault: 'kill' | 'kill-after' }
  /** How far the run's clock is off. */
  readonly jumpMs?: number
  /** What happens outside at the n-th call of the run. */
  readonly event?: { readonly at: number; readonly happen: () => void }
}

/** Why all that a killed run waited for ends. */
export const KILLED = 'killed'

let lastId = 0

/** A command as it runs: what of it crosses a boundary, and whether it was killed. */
export class Run {
  readonly id: number
  readonly plan: Plan
  /** Every boundary in the order it was reached. */
  readonly reached: string[] = []
  /** The faults that came to be. */
  readonly struck: string[] = []
  readonly signal: AbortSignal
  readonly killed: Promise<'killed'>
  dead = false
  #kill: () => void = () => {}
  readonly #stop = new AbortController()
  readonly #counts = new Map<string, number>()

  constructor(plan: Plan) {
    this.id = ++lastId
    this.plan = plan
    this.signal = this.#stop.signal
    this.killed = new Promise((resolve) => {
      this.#kill = () => resolve('killed')
    })
  }

  /** Notes a boundary, and tells what is to go wrong there. */
  reach(boundary: string): Fault | null {
    const nth = (this.#counts.get(boundary) ?? 0) + 1
    this.#counts.set(boundary, nth)
    const { beyond, event, faults } = this.plan
    this.reached.push(boundary)
    if (event?.at === this.reached.length) event.happen()
    if (beyond && !this.dead && this.struck.length === 0 && !beyond.passed.has(boundary)) {
      beyond.passed.add(boundary)
      this.struck.push(`${beyond.fault} at ${boundary} #${nth}`)
      return beyond.fault
    }
    const planned = faults.find(
      (one) => one.boundary === boundary && (one.nth === nth || (one.lasting && nth > one.nth)),
    )
    if (!planned) return null
    this.struck.push(`${planned.fault} at ${boundary} #${nth}`)
    return planned.fault
  }

  /** As SIGKILL: nothing of it reaches the world any more, and nobody waits for it. */
  kill(): void {
    this.dead = true
    this.#kill()
    this.#stop.abort(new Error(KILLED))
  }
}

/** The run in which code is executed; none for the servers of the world. */
export const current = new AsyncLocalStorage<Run>()
