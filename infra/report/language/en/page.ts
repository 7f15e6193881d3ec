import type { PageWords } from '../page-words.ts'

export const page: PageWords = {
  title: 'The orchestras’ databases',
  skip: 'Skip to the orchestras',
  made: 'Checked',
  source: {
    sandbox: 'The sandbox: this proves nothing about the real databases.',
    supabase: 'Source: Supabase.',
  },
  count: (proven, required) => `${proven} of ${required} orchestras proven`,
  run: 'The run on GitHub',
  proof: {
    last: 'Last proof',
    none: 'No proof is known.',
    holdsUntil: 'Good until',
    promised: (minutes) => `Promised: a new proof within ${minutes} minutes.`,
    stale: '⚠️ The watch has gone quiet: the proof is too old',
    overdue: '⚠️ The proof is older than was promised.',
    staleNow:
      'Nobody knows any more whether all orchestras have databases of their own. Start the workflow watch by hand and then open its new page; if that does not work, run npm run doctor.',
    verdictThen: 'The verdict then',
    clock: 'This computer’s clock is wrong: the age of the proof cannot be told.',
  },
  lock: {
    title: 'Lock',
    open: '🔓 No lock: new orchestras may come in.',
    locked: '🔒 Locked: new orchestras wait until a new proof releases the lock.',
    unknown: 'Not known here: lock and incident stand on GitHub.',
    sandbox: 'The sandbox has neither lock nor incident.',
    incident: (number) => `Incident #${number}`,
    since: 'since',
    deadline: 'The 72 hours for notifying the data protection authority end',
  },
  next: 'What to do now',
  findings: { title: 'What is wrong', none: 'No findings.' },
  picture: {
    title: 'Which orchestra has which database',
    own: (count) => `${count} own`,
    shared: (count) => `${count} shared`,
    unseen: (count) => `${count} unknown`,
    isShared: (orchestras) => `SHARED by ${orchestras} orchestras`,
    isOwn: 'a database of its own',
    isUnseen: 'the database was not seen',
    isConcerned: 'concerned by a breach',
  },
  table: {
    title: 'The orchestras',
    search: 'Search the orchestras',
    hits: (shown, all) => `${shown} of ${all} shown`,
    none: 'No orchestra matches the search.',
    sorted: { ascending: 'ascending', descending: 'descending' },
    size: 'Size',
    databaseSize: 'Amount of data',
    nameplate: 'Nameplate',
    lastProof: 'Last proof',
    mergeToProven: 'Merged to proven',
    duration: (minutes) => durationOf(minutes),
    earlier: 'last',
  },
  nameplate: {
    own: 'own',
    none: 'MISSING',
    foreign: 'ANOTHER’S',
    bad: 'FORGED',
    unread: 'not read',
  },
  history: {
    title: 'The last 90 days',
    none: 'No history here: it is read from the workflow’s runs on GitHub.',
    days: { isolated: 'isolated', breach: 'breach', inconclusive: 'inconclusive', none: 'no check' },
    summary: ({ isolated, breach, inconclusive, none }) =>
      `${isolated} ${isolated === 1 ? 'day' : 'days'} proven throughout, ${breach} with a breach, ${inconclusive} inconclusive, ${none} without a check.`,
    checks: (proofs, checks) => `${proofs} of ${checks} checks proven`,
    table: 'The days in a table',
    columns: { day: 'Day', verdict: 'Verdict', checks: 'Checks' },
  },
  closing: 'This page fetches nothing and changes nothing. The same for programs: page.json.',
  dashboard: {
    at: (file) => `The page: ${file}`,
    madeAt: (time) => `Made ${time}.`,
    old: '⚠️ It is older than was promised. npm start or npm run monitor-database-isolation makes a new one.',
    notOpened: (why) => `No browser was opened (${why}): open the file by hand.`,
  },
  unread: 'The page lacks something of what stands on GitHub.',
  publishing: {
    name: 'the page on GitHub Pages',
    allowed: 'The page is put on GitHub Pages, where no more people see it than the repository',
    everyone: {
      message: 'The page is not published: GitHub Pages is open to all, and the repository is private',
      wayOut:
        'Make GitHub Pages private (Settings, Pages; needs GitHub Enterprise Cloud), or take page.publish out of .github/orchestras.yml. The page is in the run’s artifact.',
    },
    nobody: {
      message: 'The page is not published: GitHub Pages is not set to take it from a workflow',
      wayOut:
        'Choose GitHub Actions as the source (Settings, Pages) and private access, or take page.publish out of .github/orchestras.yml.',
    },
    unknown: 'The page is not published, for nobody knows who would see it.',
  },
}

function durationOf(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`
}
