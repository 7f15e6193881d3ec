import { load, thisMachine } from './machine.ts'
import type { Result } from './results.ts'
import { type Row, type Sizes, TINY } from './row.ts'

/** Measures one row. A fault of one row keeps no other from being measured. */
export async function measureRow({ name, work, against, measure }: Row, sizes: Sizes): Promise<Result> {
  const before = load()
  const about = () => ({
    ...{ name, work, against, at: new Date().toISOString(), machine: thisMachine(), tiny: sizes === TINY },
    load: [before, load()] as [number, number],
  })
  try {
    const measured = await measure(sizes)
    if ('skipped' in measured) return { ...about(), ...measured }
    return { ...about(), ...measured, aims: [...measured.aims], facts: { ...measured.facts } }
  } catch (error) {
    return { ...about(), failed: error instanceof Error ? error.message : String(error) }
  }
}
