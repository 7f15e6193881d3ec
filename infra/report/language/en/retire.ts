import type { ErrorValues } from '../../../errors.ts'
import type { Said } from '../catalogue.ts'

type Held = ErrorValues['retire-held']

const BACK = 'Else put the file back, with retire in it.'

/** Why an end has to wait. Nothing was deleted. */
const WHY: { readonly [W in Held['why']]: (detail: string) => Said } = {
  locked: () => ({
    message: 'an incident stands',
    wayOut:
      'Put the file back, with retire in it, when the incident stands for its sake alone. Once the incident has ended, remove the file again; if it was not put back, the next run goes on by itself.',
  }),
  breach: () => ({
    message: 'a breach of isolation names the database: it may hold another orchestra’s data',
    wayOut: `Settle the breach first. ${BACK}`,
  }),
  unproven: () => ({
    message: 'the database is not proven: whose it is cannot be told, or it rests',
    wayOut:
      'Run check-databases, mend what it shows, and run again. If it rests: put the file back with retire, without paused.',
  }),
  gate: () => ({
    message: 'isolation is not proven for all orchestras',
    wayOut: `Mend what the report shows, and run again. ${BACK}`,
  }),
  backup: (detail) => ({
    message: `Supabase’s own backups are not in order (${detail})`,
    wayOut: 'Look under Database → Backups at Supabase. Once a new backup is done: run again.',
  }),
  files: (detail) => ({
    message: `${detail} files lie in the project’s Storage, and the copy does not hold them`,
    wayOut: 'Download what is to be kept, empty the buckets, and run again.',
  }),
  'dump-key': () => ({
    message: 'the settings lack the key (dumpKey) to seal the data with before they leave GitHub’s machine',
    wayOut:
      'Make a pair of keys as docs/retire.md says, write the public half into .github/orchestras.yml, and run again.',
  }),
  'dump-unkept': () => ({
    message: 'no copy that agrees with the database has been taken to safety from this machine',
    wayOut:
      'The step “Keep dumps” before this one must have succeeded. If somebody has written to the database since: see to it that nobody uses it, and run again.',
  }),
  'written-to': (detail) => ({
    message: `somebody writes to the database while it is being copied (${detail})`,
    wayOut: 'See to it that nobody uses it any more, and run again.',
  }),
}

export function retireHeld({ slug, ref, why, detail }: Held): Said {
  const { message, wayOut } = WHY[why](detail)
  return { message: `${slug}: the database ${ref} is not retired: ${message}. Nothing was deleted.`, wayOut }
}
