import type { Gone } from './request.ts'

/**
 * Waits until a whole number of slots has passed since `arrived` (`performance.now()`): how long a refusal took
 * then says nothing of what was refused. Ends at once when nobody waits for the answer any more.
 */
export async function endOfSlot(arrived: number, slotMs: number, signal: Gone): Promise<void> {
  const spent = performance.now() - arrived
  const end = arrived + Math.max(1, Math.ceil(spent / slotMs)) * slotMs
  // a timer may be a fraction of a millisecond early
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
    if (signal.aborted) return
    await pause(Math.ceil(left), signal)
  }
}

function pause(ms: number, signal: Gone): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
