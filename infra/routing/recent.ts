/** The most recently used of what was put in, as many as fit. */
export class Recent<V> {
  readonly #most: number
  readonly #values = new Map<string, V>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  set(key: string, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    const [eldest] = this.#values.keys()
    if (this.#values.size > this.#most && eldest !== undefined) this.#values.delete(eldest)
  }

  delete(key: string): void {
    this.#values.delete(key)
  }
}
