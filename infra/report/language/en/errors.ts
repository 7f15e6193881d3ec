import type { Catalogue } from '../catalogue.ts'

export const errors: Catalogue['errors'] = {
  'bad-usage': ({ detail }) => ({
    message: `This command was not understood: ${detail}.`,
    wayOut: 'See --help.',
  }),
  'registry-refused': ({ problems, folder }) => ({
    message: `${problems} ${problems === 1 ? 'problem' : 'problems'} in ${folder}: nothing is applied.`,
    wayOut: 'npm run validate-orchestras says what and where.',
  }),
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
  'project-failed': ({ slug, ref, status }) => ({
    message: `${slug}: the project ${ref} will not come up; its status is ${status}.`,
    wayOut: 'Open the project in the Supabase dashboard; contact Supabase if it stays so.',
  }),
  'project-slow': ({ slug, ref, status, seconds }) => ({
    message: `${slug}: the project ${ref} was not ready after ${seconds} s (${status}). It is kept.`,
    wayOut: 'Run again: it goes on where it stopped. The limit is waitMinutes in the settings.',
  }),
  'project-fixed': ({ slug, field, from, to }) => ({
    message: `${slug}: ${field} cannot change in place (from ${from} to ${to}).`,
    wayOut: 'Put the old value back in the file. A database moves only with its data.',
  }),
  'project-removal-refused': ({ slugs }) => ({
    message: `The files of ${slugs} are gone. No database is deleted for that: nothing was applied.`,
    wayOut: 'Put the files back. Ending an orchestra’s database is not built yet.',
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
        ? 'See which permissions the job has: it needs write for issues and checks, read for contents and pull-requests.'
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
    wayOut:
      why === 'unknown-key'
        ? 'Keep a key that was replaced among signingKeys until the next run has signed again. If it is none of ours, find out who wrote to the branch ledger.'
        : 'Find out who changed the branch ledger, and put back the newest signed version from its history.',
  }),
  'mail-failed': ({ detail }) => ({
    message: `Mail could not be sent: ${detail}.`,
    wayOut:
      'Correct SMTP_URL, mail.from and mail.to. The next run sends what is missing; the lock is not touched.',
  }),
}

const ledger = {
  unsigned: 'it is not signed',
  'wrong-type': 'what is signed is no ledger',
  'unknown-key': 'none of the keys in signingKeys has signed it',
  altered: 'it was changed after it was signed',
  unintelligible: 'it has a form that cannot be understood',
  'wrong-source': 'it was not made of the databases that it is read for',
  older: 'it is older than one that was read before',
} as const

const unset = {
  missing: 'is missing',
  bad: 'does not have the right form',
  'in-clear':
    'is an address to which the token would travel in clear; use https, or an address on this machine',
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
