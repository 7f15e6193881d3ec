import type { Proposal } from '../data/move/file.ts'
import { LARGE } from '../data/move/large.ts'
import { type Outcome, succeeded } from '../data/move/run.ts'
import type { Verified } from '../data/move/verify.ts'
import type { Catalogue } from './language/catalogue.ts'
import { listed } from './language/move-words.ts'
import { table } from './table.ts'
import { printableLines } from './text.ts'

/** A step of a move for people: what it came to, table by table where they were compared, and what comes next. */
export function shown(
  outcome: Outcome,
  slug: string,
  dryRun: boolean,
  { move }: Catalogue,
  width: number,
): string {
  const after = succeeded(outcome) && !dryRun ? [`${move.next}: ${next(outcome, slug, move)}`] : []
  return [...lines(outcome, slug, dryRun, move, width), ...(dryRun ? [move.dryRun] : []), ...after]
    .map(printableLines)
    .join('\n')
}

function next(outcome: Outcome, slug: string, { after }: Catalogue['move']): string {
  return outcome.verb === 'complete' ? after.complete : after[outcome.verb](slug)
}

function lines(
  outcome: Outcome,
  slug: string,
  dryRun: boolean,
  move: Catalogue['move'],
  width: number,
): readonly string[] {
  switch (outcome.verb) {
    case 'create': {
      const { how, sharedWith, name, target, region, tables, differences, unavailable } = outcome
      return [
        how === 'whole' ? move.whole : move.shared(sharedWith.join(', ')),
        move.project(name, target, region),
        ...(differences.length > 0 ? [move.schemaDiffers(differences.length)] : []),
        ...differences.map(
          (one) =>
            `  ${move.how[one.how]}: ${one.kind} ${one.name}${one.why === null ? '' : ` (${one.why})`}`,
        ),
        ...(unavailable.length > 0 ? [move.unavailable(unavailable.join(', '))] : []),
        ...(differences.length === 0 && !dryRun ? [move.schema(tables)] : []),
        move.stays,
      ]
    }
    case 'copy': {
      const rows = outcome.tables.reduce((sum, one) => sum + Number(one.rows), 0)
      const tables = outcome.tables.length
      return [dryRun ? move.wouldCopy(tables, rows) : move.copied(tables, rows, Number(outcome.large))]
    }
    case 'verify':
      return compared(outcome, move, width)
    case 'switch': {
      const { verified, names, file } = outcome
      const seen = verified.lines.length > 0 ? compared(verified, move, width) : []
      return [...seen, ...names.map(({ ref, name }) => move.named(ref, name)), ...proposed(file, move)]
    }
    case 'reverse':
      return [
        ...outcome.names.map(({ ref, name }) => move.named(ref, name)),
        ...(outcome.written.length > 0 ? [move.discarded(listed(outcome.written))] : []),
        ...proposed(outcome.file, move),
      ]
    case 'complete': {
      const { deleted, left } = outcome
      const rows = deleted.reduce((sum, one) => sum + Number(one.rows), 0)
      const say = dryRun ? move.wouldDelete : move.deleted
      return [
        ...(deleted.length > 0 ? [say(rows, deleted.length)] : []),
        ...(left === null ? [] : [move.left(slug, left)]),
      ]
    }
  }
}

function compared(verified: Verified, move: Catalogue['move'], width: number): readonly string[] {
  const { table: name, source, target, outcome } = move.columns
  const rows = verified.lines.map((line) => [
    line.name,
    Number(line.source),
    Number(line.target),
    [line.equal ? move.equal : move.unequal, ...(line.changed ? [move.changed] : [])].join(', '),
  ])
  const bad = verified.lines.filter(({ equal, changed }) => !equal || changed).length + verified.faults.length
  const tables = verified.lines.filter((line) => line.name !== LARGE)
  const total = tables.reduce((sum, line) => sum + Number(line.target), 0)
  return [
    table([name, source, target, outcome], rows, width),
    ...verified.faults.map((fault) => `${move.faults[fault.kind]}: ${fault.name}`),
    verified.equal ? move.verified(tables.length, total) : move.notVerified(bad),
  ]
}

function proposed(file: Proposal | null, move: Catalogue['move']): readonly string[] {
  if (file === null) return []
  return [
    move.file(file.path),
    ...file.text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]
}
