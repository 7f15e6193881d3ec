import fc from 'fast-check'

/** One number repeats everything. The usual one is always the same: what was merged does not turn red by itself. */
const SEED = numberIn('FUZZ_SEED') ?? 20_261_124
/** A property's share of work is multiplied by `FUZZ_RUNS` (100 is the whole of what `npm test` does). */
const PERCENT = numberIn('FUZZ_RUNS') ?? 100

/**
 * How fast-check is to run a property: so many cases of its own by default. What fails is told with the command that
 * makes it fail again.
 */
export function campaign<T extends unknown[]>(cases: number): fc.Parameters<T> {
  return {
    seed: SEED,
    numRuns: Math.max(1, Math.round((cases * PERCENT) / 100)),
    reporter: (details) => {
      if (!details.failed) return
      const again = `FUZZ_SEED=${SEED} FUZZ_RUNS=${PERCENT} npx vitest run test/fuzz`
      throw new Error(`again by: ${again}\n${fc.defaultReportMessage(details)}`, {
        cause: details.errorInstance,
      })
    },
  }
}

function numberIn(variable: string): number | null {
  const text = process.env[variable]
  if (!text) return null
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new TypeError(`${variable}=${text} is no number of 1 and more`)
}
