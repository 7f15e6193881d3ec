import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { costModel } from './cost-model.ts'
import { MENDED } from './mended.ts'
import type { Figures, Result, Results } from './results.ts'
import { rows } from './rows/index.ts'
import { figure, range, shown } from './tell.ts'
import { ROOT } from './whole.ts'

/** Writes docs/performance.md from what was measured last. */
export async function writePerformance(results: Results): Promise<void> {
  const file = join(ROOT, 'docs/performance.md')
  await writeFile(file, performanceMarkdown(results))
  console.log(file)
}

export function performanceMarkdown(results: Results): string {
  const all = rows.flatMap(({ name }) => results.rows[name] ?? [])
  const unmeasured = rows.flatMap(({ name }) => (name in results.rows ? [] : [name]))
  if (all.length === 0) throw new TypeError('nothing is measured yet: npm run bench')
  if (all.some(({ tiny }) => tiny)) throw new TypeError('figures of --tiny mean nothing: npm run bench')
  return [
    '# Performance',
    'Written by `npm run bench -- --write` from what `npm run bench` measured: do not edit. Figures are ratios against something that ran in the same minute, in turn with it; medians, with the least and the most in brackets. On a machine with other work times are long, and ratios still mean something: the column *load* says how many processes wanted a processor before and after.',
    machineOf(all),
    '## Measured',
    table(
      ['what', 'took', 'floor', 'ratio', 'load', 'when (UTC)'],
      all.map((result) => [`**${result.name}** ${result.work}`, ...figuresOf(result), ...whenOf(result)]),
    ),
    unmeasured.length > 0 ? `Not measured yet: ${unmeasured.join(', ')}.` : 'Every row is measured.',
    'Against what:',
    list(all.map(({ name, against }) => `**${name}**: ${against}`)),
    '## Aims',
    table(
      ['row', 'aim', 'is', 'held'],
      all.flatMap((result) => aimsOf(result)),
    ),
    ...reasons(all),
    '## What else was seen',
    list(all.flatMap(factsOf)),
    '## Slow places, mended at their cause',
    table(
      ['place', 'cause and remedy', 'before', 'after'],
      MENDED.map(({ place, cause, before, after }) => [place, cause, before, after]),
    ),
    costModel(results),
  ]
    .join('\n\n')
    .concat('\n')
}

function isMeasured(result: Result): result is Figures {
  return 'aims' in result
}

function figuresOf(result: Result): readonly string[] {
  if ('skipped' in result) return [`skipped: ${result.skipped}`, '', '']
  if (!isMeasured(result)) return [`failed: ${result.failed}`, '', '']
  const { pairs, alone } = result
  if (!pairs) return [alone ? seconds(alone.median) : '', '', '']
  const ratio = `${figure(pairs.ratio.median)} (${range(pairs.ratio)})`
  return [seconds(pairs.mine.median), seconds(pairs.floor.median), ratio]
}

function whenOf({ load, at }: Result): readonly string[] {
  return [load.join(' → '), at.slice(0, 16).replace('T', ' ')]
}

function aimsOf(result: Result): readonly (readonly string[])[] {
  if (!isMeasured(result)) return [[result.name, '', '', 'not measured']]
  return result.aims.map(({ text, value, held }) => [
    result.name,
    text,
    figure(value),
    held ? 'yes' : '**no**',
  ])
}

/** Why aims are missed, of the rows that miss one. */
function reasons(all: readonly Result[]): readonly string[] {
  const missing = all.filter((result) => isMeasured(result) && result.aims.some(({ held }) => !held))
  const told = rows.filter(({ name }) => missing.some((result) => result.name === name))
  const lines = told.flatMap(({ name, why }) => (why === undefined ? [] : [`**${name}**: ${why}.`]))
  return lines.length > 0 ? ['Why some are missed, as far as is known:', list(lines)] : []
}

function factsOf(result: Result): readonly string[] {
  if (!isMeasured(result)) return []
  const facts = Object.entries(result.facts).map(([what, value]) => `${what}: ${shown(value)}`)
  return facts.length > 0 ? [`**${result.name}** ${facts.join('; ')}`] : []
}

function machineOf(all: readonly Result[]): string {
  const [machine] = all.map((result) => result.machine)
  if (!machine) return ''
  const { processors, memoryGb, system, node, packages } = machine
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  return `${processors}, ${memoryGb} GB, ${system}; Node ${node}; ${versions.join(', ')}.`
}

function seconds(ms: number): string {
  return ms < 1000 ? `${figure(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}

export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n')
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}
