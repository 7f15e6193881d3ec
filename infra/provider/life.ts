import { ControlError } from '../errors.ts'

const LOOK_MS = 200

/**
 * Whether the engine that started this process still wants its work. The engine puts its plug-ins into process
 * groups of their own, so a kill of the run does not reach them: a provider that went on would create and plate
 * beside the next run's. It ends itself when its parent is gone.
 */
export class Life {
  readonly signal: AbortSignal
  readonly #ending = new AbortController()
  readonly #engine: number

  /** `CONTROL_ENGINE_PID`, set by the starting script: by now the engine may be gone, and the parent another. */
  constructor(env: NodeJS.ProcessEnv) {
    this.#engine = Number(env.CONTROL_ENGINE_PID) || process.ppid
    this.signal = this.#ending.signal
    setInterval(() => {
      if (!this.#orphaned()) return
      this.#ending.abort(new ControlError('engine-orphaned', {}))
      process.exit(1)
    }, LOOK_MS).unref()
  }

  /** The engine was asked to stop: calls under way are given up. */
  cancel(): void {
    this.#ending.abort(new ControlError('engine-cancelled', {}))
  }

  /**
   * To be called right before what must not be done beside another run.
   * @throws ControlError `engine-orphaned`, `engine-cancelled`
   */
  readonly mustBeWanted = (): void => {
    if (this.#orphaned()) throw new ControlError('engine-orphaned', {})
    this.signal.throwIfAborted()
  }

  #orphaned(): boolean {
    return process.ppid !== this.#engine
  }
}
