import pLimit from 'p-limit'
import type { Orchestra } from '../registry/orchestra.ts'
import { LOOKS_AT_ONCE } from '../registry/plan.ts'

/**
 * Looks at each orchestra; `onSeen`: how many are done, of how many. Four times as many are under way as the gates let
 * through: one that waits for the list, or for the other of its two answers, keeps no other from being asked.
 */
export async function each<T>(
  orchestras: readonly Orchestra[],
  look: (orchestra: Orchestra) => Promise<T>,
  onSeen: ((done: number, of: number) => void) | undefined,
): Promise<readonly T[]> {
  const underWay = pLimit(4 * LOOKS_AT_ONCE)
  let done = 0
  return Promise.all(
    orchestras.map((orchestra) =>
      underWay(async () => {
        const one = await look(orchestra)
        onSeen?.(++done, orchestras.length)
        return one
      }),
    ),
  )
}
