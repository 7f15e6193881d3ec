import pLimit from 'p-limit'
import type { Orchestra } from '../registry/orchestra.ts'
import { LOOKS_AT_ONCE } from '../registry/plan.ts'
import type { Why } from './evidence.ts'

/**
 * Looks at each orchestra, so many at once. None is begun when the time is over; `late` then says so.
 * `seconds`: for all of them together; `onSeen`: how many are done, of how many.
 */
export async function each<T>(
  orchestras: readonly Orchestra[],
  seconds: number,
  look: (orchestra: Orchestra, late: Why | null) => Promise<T>,
  onSeen: ((done: number, of: number) => void) | undefined,
): Promise<readonly T[]> {
  const begun = performance.now()
  const atOnce = pLimit(LOOKS_AT_ONCE)
  let done = 0
  return Promise.all(
    orchestras.map((orchestra) =>
      atOnce(async () => {
        const over = (performance.now() - begun) / 1000 > seconds
        const one = await look(orchestra, over ? { code: 'timeout', detail: `${seconds} s` } : null)
        onSeen?.(++done, orchestras.length)
        return one
      }),
    ),
  )
}
