import type { Catalogue } from '../catalogue.ts'
import { listed } from '../move-words.ts'
import { moveRefusals } from './move.ts'
import { plan } from './plan.ts'
import { retireHeld } from './retire.ts'

export const errors: Catalogue['errors'] = {
  'bad-usage': ({ detail }) => ({
    message: `This command was not understood: ${detail}.`,
    wayOut: 'See --help.',
  }),
  'registry-refused': ({ problems, folder }) => ({
    message: `${problems} ${problems === 1 ? 'problem' : 'problems'} in ${folder}: nothing is applied.`,
    wayOut: 'npm run validate-orchestras says what and where.',
  }),
  'promise-unkeepable': plan.unkeepable,
  'token-missing': () => ({
    message: 'SUPABASE_ACCESS_TOKEN is missing. In GitHub Actions the sandbox is never used instead.',
    wayOut: 'Store the token as a secret of the environment, and pass it to this step.',
  }),
  'api-url-refused': ({ url, why }) => ({
    message: `SUPABASE_API_URL (${url}) is refused: ${apiUrl[why] ?? why}.`,
    wayOut: 'Remove the variable to use the real API.',
  }),
  'api-refused': ({ call, status, answer }) => ({
    message: `Supabase refused ${call} (${status})${answer ? `: ${answer}` : '.'}`,
    wayOut: hints[status] ?? 'Read the answer; if it is a fault at Supabase, try again later.',
  }),
  'api-rate-limited': ({ call, waitedSeconds }) => ({
    message: `Supabase’s rate limit did not let ${call} through in ${waitedSeconds} s.`,
    wayOut: 'Wait a few minutes, and see who else uses the same account’s tokens.',
  }),
  'api-timeout': ({ call, seconds }) => ({
    message: `${call} got no answer within ${seconds} s.`,
    wayOut: 'Try again; see status.supabase.com if it goes on.',
  }),
  'api-unreachable': ({ call, cause }) => ({
    message: `${call} did not reach Supabase (${cause}).`,
    wayOut: 'Check the network, then try again.',
  }),
  'api-unintelligible': ({ call, detail }) => ({
    message: `The answer to ${call} was not understood: ${detail}.`,
    wayOut: 'Supabase may have changed its API: update this program.',
  }),
  'signing-key-missing': () => ({
    message: 'CONTROL_SIGNING_KEY is missing: nameplates cannot be signed.',
    wayOut:
      'Store the private Ed25519 JWK as a secret of the environment "production"; README says how to make one.',
  }),
  'signing-key-bad': ({ detail }) => ({
    message: `CONTROL_SIGNING_KEY is no private Ed25519 JWK: ${detail}.`,
    wayOut: 'README says how to make one.',
  }),
  'state-unreadable': ({ detail }) => ({
    message: `The Pulumi state cannot be read: ${detail}.`,
    wayOut:
      'Restore it from the backend’s history, or delete it whole: the next run finds every project by its name.',
  }),
  'database-taken': ({ slug, ref, owner }) => ({
    message: `${slug}: the database ${ref} is already used by another orchestra (${owner}). Nothing was written to it.`,
    wayOut:
      'Correct the ref in the file. If it is a restored copy, it must be re-plated by a reviewed change first.',
  }),
  'database-plate-unverified': ({ slug, ref }) => ({
    message: `${slug}: the database ${ref} bears a nameplate that cannot be verified. Nothing was written to it.`,
    wayOut: 'Find out whose it is. Remove the rows of control.nameplate by hand if it is free.',
  }),
  'database-in-use': ({ slug, ref, tables }) => ({
    message: `${slug}: a project with this name exists already (${ref}) and holds tables of its own (${tables}).`,
    wayOut: `If it is the orchestra’s, write "ref: ${ref}" in the file. If not, rename it at Supabase.`,
  }),
  'project-elsewhere': ({ slug, ref, field, expected, actual }) => ({
    message: `${slug}: the project ${ref} has the ${field} ${actual}, not ${expected}.`,
    wayOut:
      field === 'region'
        ? `Write "region: ${actual}" in the file, or choose another ref.`
        : 'Transfer it to our organization first.',
  }),
  'project-missing': ({ slug, ref }) => ({
    message: `${slug}: there is no project ${ref} that our token may see.`,
    wayOut: 'Check the ref in the file, and which organization the project is in.',
  }),
  'project-ambiguous': ({ slug, refs }) => ({
    message: `${slug}: several projects bear this name: ${refs}.`,
    wayOut: 'Rename those that are not the orchestra’s at Supabase, or write the right ref in the file.',
  }),
  'project-ended': ({ slug, ref }) => ({
    message: `${slug}: the project of this name (${ref}) was that of the orchestra which has ended, and its data is still there. The new orchestra does not get it.`,
    wayOut: 'Delete it or rename it at Supabase; the next run makes a new, empty database.',
  }),
  'project-renamed': ({ slug, ref, name }) => ({
    message: `${slug}: the orchestra’s project (${ref}) is now called ${name}, and Pulumi’s state knows nothing of it. No new one is made: the orchestra would have two.`,
    wayOut: `Name it ${slug} again at Supabase, or write ref: ${ref} in the file.`,
  }),
  'project-failed': ({ slug, ref, status }) => ({
    message: `${slug}: the project ${ref} will not come up; its status is ${status}.`,
    wayOut: failed[status] ?? 'Open the project in the Supabase dashboard; contact Supabase if it stays so.',
  }),
  'project-slow': ({ slug, ref, status, seconds }) => ({
    message: `${slug}: the project ${ref} was not ready after ${seconds} s (${status}). It is kept.`,
    wayOut: 'Run again: it goes on where it stopped. The limit is wait in the settings.',
  }),
  'project-fixed': ({ slug, field, from, to }) => ({
    message: `${slug}: ${field} cannot change in place (from ${from} to ${to}).`,
    wayOut: `Put the old value back. ${fixed[field](from)}`,
  }),
  'project-pause-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase does not pause ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Only the free plan and the platform plan can pause, and only what is up. Otherwise take “paused” out of the file: the database and its data are untouched.',
  }),
  'project-restore-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase does not wake ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'The free plan has at most two projects up per person: pause another, or change the plan, and run again. What has rested for more than a year is not woken: contact Supabase for a copy.',
  }),
  'project-resize-refused': ({ slug, ref, size, answer }) => ({
    message: `${slug}: Supabase does not give ${ref} the size ${size}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Sizes other than nano need a paid plan. Change the plan at Supabase, or put the old size back; the database is untouched.',
  }),
  'project-removal-refused': ({ slugs }) => ({
    message: `The files of ${slugs} are gone, and no apply has seen their end announced. No database is deleted for that: nothing was applied.`,
    wayOut:
      'Put the files back. To end an orchestra, first write “retire” with its ref in the file, by a pull request of its own, and remove the file by the next, once the apply in between has gone well.',
  }),
  'project-deletion-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase does not delete ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Run again in a while: what is kept is used again. If the answer is the same, look at Supabase why.',
  }),
  'retire-elsewhere': ({ slug, ref, retire }) => ({
    message: `${slug}: the file retires ${retire}, but the orchestra's database is ${ref || 'not there yet'}.`,
    wayOut: ref
      ? `Write “retire: ${ref}” if it is that one which is to end. Else remove the line.`
      : 'Remove the file or the line: there is nothing to retire here.',
  }),
  'retire-too-many': ({ slugs, count, limit }) => ({
    message: `${count} orchestras would be retired by one apply (${slugs}); at most ${limit} may be. Nothing was applied.`,
    wayOut:
      'Put some of the files back, or raise retireLimit in .github/orchestras.yml by a pull request of its own.',
  }),
  'retire-unprepared': ({ slug, ref }) => ({
    message: `${slug}: no copy of ${ref} was kept by this run, so the database is not deleted.`,
    wayOut: 'Retire by scripts/provision.ts: it keeps, checks, and then deletes. `pulumi up` does not.',
  }),
  'retire-held': retireHeld,
  'dump-unusable': ({ folder, detail }) => ({
    message: `The dump in ${folder} cannot be used (${detail}).`,
    wayOut: 'If it is sealed, the private key is needed. If it is damaged, use another.',
  }),
  'migration-failed': ({ slug, file, line, answer }) => ({
    message: `${slug}: the migration ${file} failed${line === null ? '' : ` on line ${line}`}: ${answer} The database is as it was.`,
    wayOut:
      'If it is this orchestra alone: mend what differs in its database, and run again. If the migration is wrong and no database has had it: mend the file. Else add a new migration.',
  }),
  'migration-unclear': ({ slug, file, detail }) => ({
    message: `${slug}: whether the migration ${file} was run could not be told (${detail}).`,
    wayOut:
      'Run again: the database is asked before anything is sent anew. If the migration takes more than 45 seconds, split it.',
  }),
  'migration-without-file': ({ slug, versions }) => ({
    message: `${slug}: the database says that it has had migrations that are no files (${versions}). Nothing was run in it.`,
    wayOut:
      'Put the files back into supabase/migrations, or remove the rows: supabase migration repair --status reverted VERSION.',
  }),
  'migration-rewritten': ({ slug, file }) => ({
    message: `${slug}: the database has had ${file}, but with other contents than the file has now. Nothing was run in it.`,
    wayOut:
      'Restore the file from the history, and make the change a new migration. Leave what has run already alone.',
  }),
  'migration-late': ({ slug, file, newest }) => ({
    message: `${slug}: ${file} is older than the latest that the database has had (${newest}). Nothing was run in it.`,
    wayOut: 'Give the file a timestamp later than all others, if no database has had it.',
  }),
  'migrations-unreadable': ({ slug, ref }) => ({
    message: `${slug}: in the place of the table of migrations (supabase_migrations.schema_migrations) the database ${ref} has something else than the table that the Supabase CLI makes. Nothing was run in it.`,
    wayOut:
      'Open the database in the Supabase dashboard. Remove triggers and rules from the table, or rename what is in its way, and run again.',
  }),
  'migrations-unanswered': ({ slug, ref, detail }) => ({
    message: `${slug}: the database ${ref} did not answer which migrations it has had (${detail}). Nothing was run in it.`,
    wayOut:
      'Run again. If it lasts, open the project in the Supabase dashboard, and see what the token may do.',
  }),
  'migrations-held': ({ canary, waiting }) => ({
    message: `${canary} has the migrations first, and there it did not go well. ${waiting} ${waiting === 1 ? 'orchestra waits' : 'orchestras wait'}; nothing was run in theirs.`,
    wayOut: 'Mend what failed in the first and run again, or name another: canary in .github/orchestras.yml.',
  }),
  'engine-missing': ({ version, tried }) => ({
    message: `Pulumi ${version} was not found and could not be installed. Tried: ${tried.join('; ')}.`,
    wayOut: `Install Pulumi ${version} (pulumi.com/docs/install), or Go 1.26 to have it built here, and run again.`,
  }),
  'engine-failed': ({ detail }) => ({
    message: `Pulumi failed: ${detail}`,
    wayOut: 'Run again: it goes on where it stopped.',
  }),
  'engine-locked': ({ by, since }) => ({
    message: `Another run holds the state (${by}, since ${since}).`,
    wayOut: 'Wait until it has ended. If it is dead on another machine: pulumi cancel.',
  }),
  'engine-orphaned': () => ({
    message: 'The engine is gone: the provider stopped.',
    wayOut: 'Run again: it goes on where it stopped.',
  }),
  'engine-cancelled': () => ({
    message: 'The run was interrupted.',
    wayOut: 'Run again: it goes on where it stopped.',
  }),
  'passphrase-missing': () => ({
    message: 'No secrets provider: PULUMI_CONFIG_PASSPHRASE is missing.',
    wayOut: 'Set it from a secret, or choose another secrets provider; README says how.',
  }),
  'passphrase-wrong': () => ({
    message: 'PULUMI_CONFIG_PASSPHRASE is not the one that this state was made with.',
    wayOut:
      'Set the right one. If it is lost: delete the state whole; the next run finds every project by its name.',
  }),
  'sandbox-failed': ({ detail }) => ({
    message: `The sandbox did not start: ${detail}.`,
    wayOut: 'npm run sandbox shows more.',
  }),
  'file-failed': ({ file, detail }) => ({
    message: `${file} could not be used: ${detail}.`,
    wayOut: 'Check the path and its permissions.',
  }),
  'github-unconfigured': ({ variable, why }) => ({
    message: `${variable} ${unset[why]}.`,
    wayOut:
      'In GitHub Actions the workflow sets it. For a run of your own: set GITHUB_TOKEN and GITHUB_REPOSITORY (owner/name).',
  }),
  'github-refused': ({ call, status, answer }) => ({
    message: `GitHub refused ${call} (${status})${answer ? `: ${answer}` : ''}.`,
    wayOut:
      status === 401 || status === 403
        ? 'See which permissions the job has: it needs write for issues, checks and actions, read for contents and pull-requests.'
        : 'Run again: the next run does what is missing. If it lasts, see githubstatus.com.',
  }),
  'github-unreachable': ({ call, cause }) => ({
    message: `${call} did not reach GitHub (${cause}).`,
    wayOut: 'Run again: the next run does what is missing. If it lasts, see githubstatus.com.',
  }),
  'github-unintelligible': ({ call, detail }) => ({
    message: `GitHub's answer to ${call} could not be understood: ${detail}.`,
    wayOut: 'Run again. If it lasts, GitHub may have changed its API: update this program.',
  }),
  'ledger-refused': ({ why }) => ({
    message: `The published ledger is not accepted: ${ledger[why]}.`,
    wayOut: ledgerWayOut[why] ?? ledgerWayOut.other,
  }),
  'gateway-secret-bad': ({ bytes, least }) => ({
    message: `GATEWAY_SECRET is too short: ${bytes} bytes, at least ${least} are needed.`,
    wayOut: 'Make a new one: openssl rand -base64 48. It must be the same for all that serve one address.',
  }),
  'gateway-unready': ({ file }) => ({
    message: `There is no signed ledger (${file}): the gateway does not know which orchestras there are.`,
    wayOut: 'Run npm start first. For real databases: --ledger FILE, or GITHUB_TOKEN and GITHUB_REPOSITORY.',
  }),
  'gateway-cannot-listen': ({ address, cause }) => ({
    message: `Could not listen on ${address} (${cause}).`,
    wayOut: 'Choose another port with --port, or end what uses it.',
  }),
  'move-refused': ({ slug, why, details }) => moveRefusals[why](slug, listed(details)),
  'mail-failed': ({ detail }) => ({
    message: `Mail could not be sent: ${detail}.`,
    wayOut:
      'Correct SMTP_URL, mail.from and mail.to. The next run sends what is missing; the lock is not touched.',
  }),
  'token-refused': ({ why }) => ({
    message: `The login is not accepted: ${token[why]}.`,
    wayOut: 'Log in again, at the address of your own orchestra.',
  }),
  'orchestra-closed': ({ slug, name, why }) => ({
    message: `${name} (${slug}) is closed: ${closed[why].message}.`,
    wayOut: closed[why].wayOut,
  }),
  'orchestra-unknown': ({ address }) => ({
    message: `No orchestra has the address “${address}”.`,
    wayOut: 'Check the spelling. A new orchestra is there only once its database is ready.',
  }),
  'keys-unreachable': ({ slug, cause }) => ({
    message: `${slug}: the login cannot be checked, for the project does not answer as it should (${cause}).`,
    wayOut: 'Try again in a while; see status.supabase.com if it goes on. Other orchestras are not affected.',
  }),
  'source-failed': ({ what, cause }) => ({
    message: `${sources[what]} could not be read (${cause}).`,
    wayOut: 'What was read last holds until the next attempt. Without any, nothing starts.',
  }),
  'page-missing': ({ file }) => ({
    message: `There is no page in ${file}, or it is broken.`,
    wayOut:
      'Run npm start or npm run monitor-database-isolation: both write one. If it is in another folder, say --state.',
  }),
  'incident-untold': ({ number }) => ({
    message: `It cannot be told which orchestras the breach in issue ${number} concerns.`,
    wayOut:
      'Run npm run monitor-database-isolation: it writes them there again. If they are too many for that, shut them off by hand.',
  }),
}

const ledgerWayOut: Readonly<Record<string, string>> & { readonly other: string } = {
  'unknown-key':
    'Keep a key that was replaced among signingKeys until the next run has signed again. If it is none of ours, find out who wrote to the branch ledger.',
  buried:
    'Find out who changed the branch ledger. An administrator has to set it back to its last change by github-actions[bot].',
  other: 'Find out who changed the branch ledger, and put back the newest signed version from its history.',
}

const ledger = {
  unsigned: 'it is not signed',
  'wrong-type': 'what is signed is no ledger',
  'unknown-key': 'none of the keys in signingKeys has signed it',
  altered: 'it was changed after it was signed',
  unintelligible: 'it has a form that cannot be understood',
  'wrong-source': 'it was not made of the databases that it is read for',
  older: 'it is older than one that was published before',
  gone: 'it was removed from its branch, whose history has one',
  buried:
    'its branch holds more changes by somebody else than are looked through, so nobody can tell whether it is the newest',
} as const

const failed: Readonly<Record<string, string>> = {
  PAUSE_FAILED:
    'Supabase failed to pause it. Only Supabase can solve that: contact them with the ref. Then run again.',
  RESTORE_FAILED:
    'Supabase failed to wake it. Try Restore project there, contact them if that does not help, and run again.',
}

const token = {
  'too-large': 'it is too large',
  malformed: 'it does not have the right form',
  header: 'its header is not as our databases make it',
  algorithm: 'it is not signed in its database’s way',
  claims: 'it does not say what our databases say',
  audience: 'it is not made for people who are logged in',
  role: 'it is not of a person who is logged in',
  expired: 'its time is over',
  'not-yet': 'its time has not come',
  issuer: 'none of our databases has made it',
  'other-orchestra': 'it is of another orchestra than the address',
  key: 'its database has no such key',
  signature: 'its signature is wrong',
  project: 'its database does not know it, or has signed it out',
} as const

const closed = {
  retired: { message: 'it has ended', wayOut: 'Its data can no longer be reached here.' },
  quarantined: {
    message: 'it is in a breach of isolation',
    wayOut: 'The issue on GitHub says what is wrong. It opens again once it is proven isolated.',
  },
  keyless: {
    message: 'the ledger has no publishable key of its database',
    wayOut: 'Run npm run provision: it fetches the key and publishes it.',
  },
  ambiguous: {
    message: 'two entries of the ledger claim the same orchestra or database',
    wayOut: 'Find out who signed the ledger, and publish a right one: npm run provision.',
  },
} as const

const sources = { ledger: 'The ledger', quarantine: 'Which orchestras are quarantined' } as const

const unset = {
  missing: 'is missing',
  bad: 'does not have the right form',
  'in-clear':
    'is an address to which the token would travel in clear; use https, or an address on this machine',
} as const

const fixed = {
  organization: () => 'A project does not change its organization this way: it is transferred at Supabase.',
  region: () =>
    'To another region an orchestra moves with all its data, by the command move-orchestra: docs/move.md says how.',
  ref: (from: string) =>
    `If the orchestra has a new database by a restore or a move: add “replaces: ${from}”.`,
} as const

const apiUrl: Readonly<Record<string, string>> = {
  'not-a-url': 'it is no plain http(s) address',
  'in-actions': 'GitHub Actions uses the real API, unless a test sets ALLOW_SANDBOX_API=true',
  'in-clear': 'the token would travel in clear; use https, or an address on this machine',
}

const hints: Readonly<Record<number, string>> = {
  401: 'The token is wrong or has expired: make a new one in the dashboard under Account, Access Tokens.',
  403: 'The token lacks a permission for this; README lists which are needed.',
  404: 'The project or organization does not exist, or the token may not see it.',
  429: 'Wait a few minutes, and see who else uses the same account’s tokens.',
}
