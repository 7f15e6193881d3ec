import { stockholm } from '../time.ts'
import type { Words } from '../words.ts'

export const words: Words = {
  language: 'en',
  commands: {
    start:
      'The whole main job on the sandbox: reads the orchestras, creates a database for each, and proves that they are apart.',
    'demo-breach':
      'The main job, then a planted breach: shows what is found, what is blocked, and how it is mended.',
    'validate-orchestras':
      'Checks the files of the orchestras: every problem at once, with line and way out. Needs no network.',
    preview:
      'Shows what an apply would do with these files: what is created, where, at about what monthly cost. Needs no network and no secret.',
    'comment-pull-request': 'Puts the report of a preview on its pull request: one comment, edited in place.',
    'update-locks': 'Makes the check run isolation-lock right on one commit.',
    'propose-orchestra':
      'Answers an issue that asks for a new orchestra: checks it, puts the file on a branch, and links to the pull request.',
    'fetch-ledger':
      'Fetches the published ledger into --state, if it is signed and the newest. Needs to read only.',
    'move-orchestra':
      'Moves an orchestra out of a shared database, or to another region: create, copy, verify, switch; reverse goes back, complete ends it.',
    'restore-dump': 'Brings a kept database back into a new, empty project, and compares row by row.',
    'dump-retiring':
      'Keeps the databases that the next apply is to delete, sealed if the settings have a key. Deletes nothing.',
    provision: 'Proves, applies, proves: creates what is declared, never while isolation is in doubt.',
    'adopt-organization':
      'Reads an organization that exists and proposes a file for each of its projects. Changes nothing at Supabase; a token that may only read is enough.',
    'verify-database-isolation':
      'Looks, without changing anything, whether every orchestra has a database of its own.',
    'monitor-database-isolation': 'Verifies, and writes the report.',
    'check-databases': 'Shows one orchestra’s database (or each) in full.',
    gateway:
      'Stands before the orchestras’ projects: the login decides which database a call goes to. Runs until it is stopped.',
    dashboard:
      'Says where the page is that npm start and the watch write, and opens it in the browser when a person is looking.',
    'write-schema': 'Writes orchestras/schema.json, by which editors check the files as they are typed.',
    'bootstrap-repository':
      'Shows what the repository on GitHub lacks; with --apply it is made right. What is right is left alone.',
    doctor:
      'Sees whether everything is in place: this machine, the tokens, the repository, the watch, the ledger.',
  },
  options: {
    help: 'show this help',
    lang: 'language: sv or en',
    orchestras: 'folder with the orchestras’ files',
    state: 'folder for sandbox, state, ledger and report',
    json: 'JSON on standard output',
    deep: 'also third-party issuers, and locks across all databases',
    shard: 'only gathers one part of the evidence, such as 3/8, and judges nothing',
    evidence: 'the file that the part is written to, instead of one in the folder shards below --state',
    merge: 'judges parts that were gathered: a folder, or files',
    plan: 'shows what a sweep costs in calls and time, and whether the promise can be kept; asks nobody',
    base: 'the files as they were: what must not change is compared',
    ledger: 'a published ledger: refs claimed long ago',
    slug: 'the orchestra’s file name without its ending',
    verb: 'create, copy, verify, switch, reverse or complete',
    region: 'where the new database is to be; otherwise the region in the file',
    dryRun: 'only says what would be done',
    listen: 'the address to listen on (127.0.0.1)',
    port: 'the port to listen on (8787); 0: any free one',
    domain: 'the common address; each orchestra’s own is its short name below it (localhost)',
    from: 'the folder of what was kept',
    into: 'the ref of the new project',
    origin: 'a web page’s origin, https://…, that may use it from a browser; may be repeated',
    discard: 'goes back although the new database has been written to; that stays behind',
    write: 'write the proposed files; a file that exists is never overwritten',
    apply: 'do what is shown; else nothing is changed',
    live: 'create two projects in a real organization, question them and delete them again',
    organization: 'the organization that --live may use',
    yesCreateAndDelete: 'the same organization again: creating and deleting is meant',
  },
  help: {
    usage: 'Usage:',
    arguments: 'Arguments:',
    options: 'Options:',
    examples: 'Examples:',
    exit: 'Exit code:',
    someOptions: 'options',
    otherwise: (value) => `else ${value}`,
    exits: ['done, or isolated', 'breach, or refused', 'could not tell, crash, or bad usage'],
  },
  source: {
    sandbox: (folder) =>
      `Source: the sandbox in ${folder} (no SUPABASE_ACCESS_TOKEN is set). It proves nothing about the real databases.`,
    otherApi: (url) => `Source: ${url}, a stand-in. It proves nothing about the real databases.`,
    supabase: 'Source: Supabase.',
  },
  verdicts: {
    isolated: '✅ All orchestras have databases of their own = OK',
    breach: '❌ Databases are shared = CRITICAL ERROR! Sending alarm!',
    inconclusive: '⚠️  Could not be told whether all orchestras have databases of their own',
  },
  whatNow: {
    isolated: 'Nothing to do.',
    breach:
      'New orchestras wait until this is repaired. The law gives 72 hours from now to notify the data protection authority.',
    inconclusive: 'New orchestras wait until it is known. Begin with the first finding.',
  },
  severities: { breach: 'BREACH', inconclusive: 'UNKNOWN', warning: 'Warning', note: 'Note' },
  columns: {
    orchestra: 'Orchestra',
    ref: 'Ref',
    region: 'Region',
    status: 'Status',
    musicians: 'Musicians',
    projects: 'Productions',
    proof: 'Proof',
  },
  proof: { proven: 'proven', unproven: 'NOT PROVEN', pending: 'waiting', paused: 'paused' },
  details: {
    title: 'Database',
    server: 'System identifier',
    started: 'Server started',
    nameplate: 'Nameplate',
    keys: 'Signing keys',
    links: 'Links to other databases',
    unread: 'not read',
    nameplates: (valid, bad) => `${valid} valid, ${bad} not ours`,
    unknownSlug: (slug, known) => `there is no orchestra "${slug}"; there are: ${known}`,
  },
  same: {
    label: 'The same',
    ref: (ref) => `ref ${ref}`,
    server: (systemId, startedAt) => `server ${systemId}, started ${stockholm(startedAt, 'en')}`,
    database: 'database',
    locks: 'locks: one held through one was seen through the other',
    nameplate: (slugs) => `nameplate: made for ${slugs}`,
    key: 'signing key',
    issuer: (issuer) => `issuer ${issuer}`,
    link: (target) => `way in: ${target}`,
  },
  wayOut: 'Do this',
  unexpected: (detail) => `A fault in this program: ${detail}`,
  lockUnread: 'The lock on GitHub was not read (no GITHUB_TOKEN): the proof inside this run protects alone.',
  nodeTooOld: (version) =>
    `Node ${version} is too old: Node 24 is needed. npx tsx and npm run use the one that npm ci brings.`,
  check: {
    problems: (count, files) =>
      `${count} ${count === 1 ? 'problem' : 'problems'} in ${files} ${files === 1 ? 'file' : 'files'}.`,
    fine: (orchestras) => `${orchestras} ${orchestras === 1 ? 'orchestra' : 'orchestras'}, no problems.`,
  },
  written: (file) => `Report: ${file}`,
  restored: (tables, differences) =>
    differences === 0
      ? `✅ All is back: ${tables} tables, every row equal.`
      : `❌ ${differences} things are not alike:`,
  progress: {
    sandboxBusy: 'Another command uses this sandbox: waiting for it …',
    proofBefore: 'Proving what exists before anything is changed …',
    applying: 'Applying …',
    proofAfter: 'Proving all …',
    looked: (done, of) => `  ${done} of ${of} looked at`,
    engineDownloading: 'Fetching Pulumi, once on this machine …',
    engineBuilding: (seconds) =>
      `Building Pulumi from its published source, once on this machine, about 4 minutes … ${seconds} s`,
    creating: (slug) => `  ${slug}: creating`,
    waiting: (slug, status, seconds) => `  ${slug}: ${status}, ${seconds} s`,
    done: (slug, seconds) => `  ${slug}: done after ${seconds} s`,
    failed: (slug) => `  ${slug}: failed`,
    changes: (created, updated, same, deleted) =>
      created + updated + deleted === 0
        ? `Nothing to change (${same} as they were).`
        : `${created} created, ${updated} changed,${deleted > 0 ? ` ${deleted} deleted,` : ''} ${same} as they were.`,
    replated: (slug) => `  ${slug}: nameplate put back`,
    mergedToProven: (slug, minutes) => `  ${slug}: ${minutes} min from merge to proof`,
    waking: (slugs) => `Paused at Supabase though no file says so, and woken now: ${slugs}`,
    deleting: (slug) => `  ${slug}: being deleted at Supabase`,
    dumping: (slug) => `  ${slug}: to be retired, keeping all its data first …`,
    kept: ({ slug, folder, rows, accounts, sealed, backup }) =>
      `  ${slug}: ${rows} rows and ${accounts} accounts are kept and checked${sealed ? ', sealed' : ''}: ${folder}. ` +
      (backup === null
        ? 'Supabase has no backup of its own (the free plan has none): this copy is the only one.'
        : `Supabase’s own backup is from ${backup}, and goes with the database.`),
    retired: (slugs) =>
      `Retired, the database is deleted: ${slugs}. The ref stays claimed for ever in the ledger.`,
    migrated: (slug, files) =>
      `  ${slug}: ${files.length === 1 ? `migration ${files[0]} is in` : `${files.length} migrations are in, up to ${files.at(-1)}`}`,
    held: (slugs) => `Isolation is not proven: these new orchestras wait: ${slugs}`,
  },
  demo: {
    planting: (shared, owner) =>
      `Now a breach is planted: calls for ${shared} reach ${owner}’s database from here on.`,
    blocked: 'A new orchestra is tried while the breach is open:',
    mending: 'The breach is mended: each ref reaches its own database again.',
    mended: 'Found, blocked and mended: as it should be.',
    missed: 'The breach was not handled as it should be.',
  },
}
