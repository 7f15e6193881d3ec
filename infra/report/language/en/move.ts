import type { MoveRefusals, MoveWords } from '../move-words.ts'

const run = (verb: string, slug: string) => `npx tsx scripts/move-orchestra.ts ${verb} ${slug}`

export const move: MoveWords = {
  unknownVerb: (verbs) => `the first word must be one of ${verbs}, the second an orchestra’s slug`,
  dryRun: 'Dry run: nothing was changed.',
  whole: 'The database is this orchestra’s alone: all of it is moved.',
  shared: (others) =>
    `The database is shared${others ? ` with ${others}` : ''}: only this orchestra’s rows are moved.`,
  project: (name, ref, region) =>
    ref === null ? `New project: ${name} in ${region}.` : `Project ${name} (${ref}) in ${region}.`,
  schema: (tables) => `Its schema is the same as the old one’s (${tables} tables).`,
  unavailable: (extensions) =>
    `Extensions that the new database does not offer, and that nothing moved needs: ${extensions}.`,
  schemaDiffers: (count) =>
    `${count} ${count === 1 ? 'thing' : 'things'} could not be made like in the old database. Nothing is copied until it is there:`,
  how: { missing: 'missing', differs: 'differs', extra: 'only in the new one' },
  copied: (tables, rows, large) => `Copied: ${rows} rows in ${tables} tables, ${large} large objects.`,
  wouldCopy: (tables, rows) => `To copy: ${rows} rows in ${tables} tables.`,
  stays:
    'Not moved: files in Storage, edge functions, secrets, settings of login and API, API keys, passwords of database roles, scheduled jobs. Accounts are moved with their passwords; people log in once more.',
  columns: { table: 'Table', source: 'Old', target: 'New', outcome: 'Comparison' },
  equal: 'equal',
  unequal: 'DIFFERENT',
  changed: 'changed since the copy',
  verified: (tables, rows) => `✅ Equal: ${tables} tables, ${rows} rows, counts and sums.`,
  notVerified: (faults) =>
    `❌ ${faults} ${faults === 1 ? 'difference' : 'differences'}. Copying again takes up what has changed.`,
  faults: {
    schema: 'schema',
    sequence: 'sequence',
    orphans: 'rows that point at nothing',
    'foreign-rows': 'rows of another orchestra',
  },
  named: (ref, name) => `${ref} is called ${name}`,
  file: (path) => `Propose ${path} as a pull request with this text, and merge it now:`,
  discarded: (tables) => `Left in the new database, written since the switch: ${tables}`,
  deleted: (rows, tables) => `Deleted from the shared database: ${rows} rows in ${tables} tables.`,
  wouldDelete: (rows, tables) => `To delete from the shared database: ${rows} rows in ${tables} tables.`,
  left: (slug, ref) =>
    `The old project ${ref} is called ${slug}-moved, and stays as it is. It can be deleted at Supabase once nobody needs it.`,
  next: 'Next',
  after: {
    create: (slug) => run('copy', slug),
    copy: (slug) => `let nobody write to the old database any more, then ${run('verify', slug)}`,
    verify: (slug) => run('switch', slug),
    switch: (slug) =>
      `npm run provision, which plates, proves and publishes; then try it, and ${run('complete', slug)} (or back: ${run('reverse', slug)})`,
    reverse: () => 'npm run provision, which proves and publishes the old database again',
    complete: 'npm run verify-database-isolation',
  },
  progress: {
    creating: (name) => `… creating ${name}`,
    waiting: (status) => `… waiting until it is up (${status})`,
    schema: '… making the schema',
    rows: (detail) => `… copying rows: ${detail}`,
    large: (detail) => `… copying large objects: ${detail}`,
    sums: (detail) => `… comparing: ${detail}`,
    deleting: '… deleting the moved rows from the shared database',
  },
}

export const moveRefusals: MoveRefusals = {
  'no-source': (slug, details) => ({
    message: `${slug} has no project to move from${details ? ` (${details})` : ''}.`,
    wayOut: 'Provision the orchestra first, or correct the ref in its file.',
  }),
  'not-begun': (slug) => ({
    message: `No move of ${slug} is under way.`,
    wayOut: `Begin with ${run('create', slug)}.`,
  }),
  'not-copied': (slug) => ({
    message: `${slug} has not been copied yet.`,
    wayOut: `${run('copy', slug)} first.`,
  }),
  'already-switched': (slug) => ({
    message: `${slug} has been switched to its new database already.`,
    wayOut: `${run('complete', slug)} ends the move; ${run('reverse', slug)} goes back.`,
  }),
  'not-switched': (slug) => ({
    message: `${slug} has not been switched.`,
    wayOut: `${run('switch', slug)} first.`,
  }),
  completed: (slug) => ({
    message: `The move of ${slug} is complete.`,
    wayOut: `Another one begins with ${run('create', slug)}.`,
  }),
  elsewhere: (slug) => ({
    message: `Another run is moving ${slug} at the same time.`,
    wayOut: 'Wait until it has ended, then run this again.',
  }),
  'name-taken': (_slug, details) => ({
    message: `Another project has a name that the move needs: ${details}.`,
    wayOut: 'Rename or delete that project at Supabase, then run this again.',
  }),
  unseen: (slug, details) => ({
    message: `Whether ${slug} shares its database cannot be told: ${details} could not be asked.`,
    wayOut: 'Mend those first (npm run check-databases), then run this again.',
  }),
  'no-discriminator': (slug, details) => ({
    message: `${slug} shares its database${details ? ` with ${details}` : ''}, and nothing says whose a row is. Nothing is copied.`,
    wayOut:
      'A person decides: write move.column in .github/orchestras.yml, the column that says it, and under move.shared the tables that every orchestra gets.',
  }),
  'no-marked': (slug, details) => ({
    message: `No table of ${slug}’s database has the column ${details}. Nothing is copied.`,
    wayOut: 'Correct move.column in .github/orchestras.yml.',
  }),
  'undecided-tables': (_slug, details) => ({
    message: `Whose the rows of these tables are cannot be told, by column or by foreign keys: ${details}. Nothing is copied.`,
    wayOut:
      'A person decides for each: give it the column or a foreign key to a table that has it, or list it under move.shared in .github/orchestras.yml.',
  }),
  'ownerless-rows': (_slug, details) => ({
    message: `Rows that no orchestra owns: ${details}. Nothing is copied.`,
    wayOut: 'Fill in whose they are, or delete them, in the old database.',
  }),
  'crossing-rows': (_slug, details) => ({
    message: `Rows of one orchestra point at another’s: ${details}. Nothing is copied.`,
    wayOut: 'Decide whose each is and mend it in the old database.',
  }),
  'schema-differs': (slug, details) => ({
    message: `The new database’s schema is not the old one’s: ${details}. Nothing is copied.`,
    wayOut: `${run('create', slug)} makes what it can; make the rest by hand in the new database.`,
  }),
  'source-changing': (slug, details) => ({
    message: `These tables are written to while they are copied: ${details}.`,
    wayOut: `Let nobody write to the old database, then ${run('copy', slug)}.`,
  }),
  differs: (slug, details) => ({
    message: `Old and new are not equal: ${details}. Nothing was switched.`,
    wayOut: `${run('copy', slug)} takes up what has changed; then ${run('verify', slug)}.`,
  }),
  'target-shared': (_slug, details) => ({
    message: `The new database answers from the same server as ${details}. Nothing was switched.`,
    wayOut: 'Report it to Supabase. Do not use the new database.',
  }),
  'target-unproven': (_slug, details) => ({
    message: `That the new database is the orchestra’s own could not be proven (${details}). Nothing was switched.`,
    wayOut: 'Run this again; if it stays so, see what npm run verify-database-isolation -- --deep says.',
  }),
  'written-since': (slug, details) => ({
    message: `The new database has been written to since the switch: ${details}. Going back would leave that behind, so nothing was done.`,
    wayOut: `Save what is needed. With --discard it is left in the new database: ${run('reverse', slug)} --discard.`,
  }),
  'not-proven': (slug) => ({
    message: `${slug} is not proven isolated in its new database. Nothing was deleted.`,
    wayOut: 'npm run provision first; the file’s pull request must be merged, where one was proposed.',
  }),
  'source-changed': (slug, details) => ({
    message: `The old database is not any more as it was copied: ${details}. Nothing was deleted.`,
    wayOut: `See what was written there, and bring it over by hand. To copy anew: ${run('reverse', slug)}, then copy.`,
  }),
}
