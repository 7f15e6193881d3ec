/** What is counted: each of these copies or walks as much as what it begins with, or what it comes to, is long. */
const OF_TEXTS = ['slice', 'split', 'replaceAll', 'concat'] as const
const OF_LISTS = ['slice', 'filter', 'map', 'flatMap', 'concat'] as const

/**
 * How many characters and items a piece of work goes over, by the methods that go over all of them: a measure of
 * its cost that no slow machine changes. Nothing else may be under way meanwhile.
 */
export async function workOf(work: () => unknown): Promise<number> {
  let count = 0
  const restore = [...counting(String.prototype, OF_TEXTS), ...counting(Array.prototype, OF_LISTS)]
  try {
    await work()
  } finally {
    for (const one of restore) one()
  }
  return count

  function counting(prototype: object, names: readonly string[]): (() => void)[] {
    return names.map((name) => {
      const original: unknown = Reflect.get(prototype, name)
      if (typeof original !== 'function') throw new TypeError(name)
      Reflect.set(prototype, name, function (this: Sized, ...given: unknown[]) {
        const result: Sized = Reflect.apply(original, this, given)
        // a part is as dear as it is long, everything else as what it goes through
        count += name === 'slice' ? result.length : this.length
        return result
      })
      return () => void Reflect.set(prototype, name, original)
    })
  }
}

interface Sized {
  readonly length: number
}
