import type { Spread } from './pairs.ts'
import type { Figures, Result } from './results.ts'

/** Prints one row. */
export function tell(result: Result): void {
  const { processors, node } = result.machine
  console.log(`\n${result.name}: ${result.work}`)
  console.log(`  against: ${result.against}`)
  console.log(`  ${result.at}, ${processors}, node ${node}, load ${result.load.join(' → ')}`)
  if ('skipped' in result) console.log(`  skipped: ${result.skipped}`)
  else if ('failed' in result) console.log(`  FAILED: ${result.failed}`)
  else tellFigures(result)
}

function tellFigures(result: Figures): void {
  const { pairs, alone, aims, facts } = result
  if (pairs) {
    console.log(`  ${milliseconds(pairs.mine)}   floor ${milliseconds(pairs.floor)}`)
    console.log(`  ratio ${figure(pairs.ratio.median)} (${range(pairs.ratio)})`)
  }
  if (alone) console.log(`  ${milliseconds(alone)}`)
  for (const [what, value] of Object.entries(facts)) console.log(`  ${shown(value)} ${what}`)
  for (const { text, value, held } of aims)
    console.log(`  ${held ? 'yes' : 'NO '}  ${text}: is ${figure(value)}`)
}

export function milliseconds(spread: Spread): string {
  return `${figure(spread.median)} ms (${range(spread)})`
}

export function range({ least, most }: Spread): string {
  return `${figure(least)}–${figure(most)}`
}

export function shown(value: number | string): string {
  return typeof value === 'number' ? figure(value) : value
}

/** Three digits, or all of a whole number. */
export function figure(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 100 ? `${Math.round(value)}` : value.toPrecision(3)
}
