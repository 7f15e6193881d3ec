import type { RepositoryWords } from '../repository-words.ts'

const lacks = {
  requiredChecks: 'the checks required and isolation-lock are not required',
  upToDate: 'a branch need not be up to date before it is merged',
  codeOwners: 'no code owner’s review is required',
  approval: 'no approval is required',
  staleReviews: 'an approval holds for what is pushed after it',
  administrators: 'administrators are exempt',
  forcePushes: 'history may be rewritten',
  deletions: 'the branch may be deleted',
} as const
const list = (names: readonly string[]) => names.join(', ')
const MAKES = 'npm run bootstrap-repository -- --apply makes it so.'
const PLAN = 'GitHub does not offer it for private repositories on the free plan: take Team (or Pro).'

export const repository: RepositoryWords = {
  names: {
    repository: 'The repository',
    protection: (branch) => `The protection of ${branch}`,
    environment: (name) => `The environment ${name}`,
    approval: (name) => `Who approves runs in the environment ${name}`,
    secrets: (name) => `The secrets of the environment ${name}`,
    secretsForAll: 'The repository’s own secrets',
    engine: 'The engine',
    organization: 'The Supabase organization',
    databases: 'Reading in the databases',
    signingKey: 'The signing key',
    superadmins: 'The superadmins',
    schedule: 'The hourly watch',
    machines: 'How many machines share the watch',
    ledger: 'The ledger',
  },
  unknown: (name, why) => `${name}: could not tell. ${why}`,
  bootstrap: {
    wouldDo: (count) => `${count} of these would be made right with --apply. Nothing was changed.`,
    doing: (text) => `Making right: ${text}`,
    after: 'How it is now:',
    nothing: 'Nothing to make right.',
    byHand: (count) => `${count} can only be done by a person.`,
  },
  isPrivate: 'The repository is private.',
  isPublic: {
    message: 'The repository is public: an incident names breaches, and everyone can read it.',
    wayOut: 'Make it private under Settings, General. Forks remain.',
  },
  otherDefault: (branch, wanted) => ({
    message: `The default branch is ${branch}; the workflows run on ${wanted} alone.`,
    wayOut: `Rename it to ${wanted} under Settings, General.`,
  }),
  label: (name) => `The label ${name} is there.`,
  noLabel: (name) => ({ message: `The label ${name} is missing.`, wayOut: MAKES }),
  codeOwners: (file) => `${file} gives all code and every declaration an owner.`,
  noCodeOwners: (file) => ({
    message: `${file} is not on main: nobody has to review anything.`,
    wayOut: 'Merge it into main by a pull request.',
  }),
  codeOwnersLack: (file, paths) => ({
    message: `${file} on main gives no owner to ${list(paths)}.`,
    wayOut: 'Add them by a pull request.',
  }),
  codeOwnersErrors: (file, lines) => ({
    message: `${file} has errors on line ${list(lines.map(String))}: GitHub passes over these.`,
    wayOut: 'Often the owner does not exist, or may not write here. Mend it by a pull request.',
  }),
  protected: (branch) =>
    `${branch} is protected: required and isolation-lock are required, branches up to date, a code owner’s review, for administrators too.`,
  unprotected: (branch, which) => ({
    message: `${branch} is not protected as it must be: ${list(which.map((one) => lacks[one]))}.`,
    wayOut: MAKES,
  }),
  notAtAllProtected: (branch) => ({
    message: `${branch} is not protected: anyone who may write can push to it.`,
    wayOut: MAKES,
  }),
  protectionNeedsPlan: { message: 'Branch protection is off: the lock stops nobody.', wayOut: PLAN },
  noLedgerBranch: (branch) => ({
    message: `The branch ${branch} is not there yet: it begins with the first ledger that is published.`,
    wayOut: 'Run bootstrap-repository again after the first run of provision.',
  }),
  ledgerBranch: (branch) => `The history of the branch ${branch} cannot be rewritten.`,
  ledgerBranchUnprotected: (branch) => ({
    message: `The history of the branch ${branch} can be rewritten.`,
    wayOut: MAKES,
  }),
  environment: (name, branch) => `The environment ${name} is for ${branch} alone.`,
  noEnvironment: (name, branch) => ({
    message: `The environment ${name} is missing; it must be for ${branch} alone.`,
    wayOut: MAKES,
  }),
  environmentOpen: (name, branch) => ({
    message: `The environment ${name} is open to other branches than ${branch}: whoever may push reaches its secrets.`,
    wayOut: MAKES,
  }),
  environmentWaits: (name) => ({
    message: `The environment ${name} waits for an approval or a time: that silences the watch.`,
    wayOut: MAKES,
  }),
  approval: (name) => `Each run in the environment ${name} waits for a person’s approval.`,
  noApproval: (name) => ({
    message: `Nobody has to approve runs in the environment ${name}: anyone who may write to the repository can start Provision and Move.`,
    wayOut: `Choose people under Settings, Environments, ${name}, Required reviewers. For private repositories GitHub offers it on Enterprise alone: without it, let only those write who may start them.`,
  }),
  environmentNeedsPlan: (name) => ({ message: `The environment ${name} cannot be made.`, wayOut: PLAN }),
  node: (version) => `Node ${version}.`,
  nodeOld: (version) => ({
    message: `Node ${version}; this was tried with 24.`,
    wayOut: 'npm ci brings Node 24 on Linux; else see nodejs.org.',
  }),
  engine: (version) => `Pulumi ${version} is installed.`,
  noEngine: (version) => ({
    message: `Pulumi ${version} is not installed yet.`,
    wayOut: 'The first run of npm start or provision installs it.',
  }),
  noSupabaseToken: {
    message: 'SUPABASE_ACCESS_TOKEN is not set: what the token may do could not be tried.',
    wayOut:
      'Make one at Supabase under Account, Access Tokens. The watch need only read; the README lists the permissions.',
  },
  organization: (slug, projects) =>
    `The Supabase organization ${slug} can be reached; it has ${projects} ${projects === 1 ? 'database' : 'databases'}.`,
  standIn: (url) => ({
    message: `SUPABASE_API_URL is ${url}: what is said of Supabase is true of a stand-in.`,
    wayOut: 'Remove the variable to ask the real API.',
  }),
  databases: 'The token may read in the databases. Whether it may write is not tried.',
  noDatabases: {
    message: 'No orchestra has a ref in its file: reading in a database could not be tried.',
    wayOut: 'Try again when there is a database.',
  },
  noGitHubToken: {
    message: 'GITHUB_TOKEN or GITHUB_REPOSITORY is not set: nothing on GitHub could be seen.',
    wayOut: 'GITHUB_TOKEN=$(gh auth token) GITHUB_REPOSITORY=owner/name, as an administrator of it.',
  },
  signingKeyPinned: (count) => `${count} public ${count === 1 ? 'key' : 'keys'} in signingKeys.`,
  noSigningKeyPinned: {
    message: 'signingKeys is empty: no nameplate and no ledger is honoured.',
    wayOut: 'Make a key (the README says how) and write its public part into .github/orchestras.yml.',
  },
  signingKeyHere: 'CONTROL_SIGNING_KEY belongs to one of the keys in signingKeys.',
  superadmins: (logins) => `The superadmins have access to the repository: ${list(logins)}.`,
  noSuperadmins: {
    message: 'superadmins is empty: nobody is assigned to an incident.',
    wayOut: 'Write their GitHub logins into .github/orchestras.yml.',
  },
  superadminsUnknown: (logins) => ({
    message: `GitHub does not know these as collaborators: ${list(logins)}.`,
    wayOut: 'Mend superadmins in .github/orchestras.yml, or invite them to the repository.',
  }),
  secrets: (environment, names) => `The environment ${environment} has ${list(names)}.`,
  secretsLack: (environment, names) => ({
    message: `The environment ${environment} lacks ${list(names)}.`,
    wayOut: `gh secret set NAME --env ${environment}`,
  }),
  secretsTooMany: (environment, names) => ({
    message: `The environment ${environment} has ${list(names)}, which belong in production alone.`,
    wayOut: `gh secret delete NAME --env ${environment}`,
  }),
  secretsForAll: (names) => ({
    message: `${list(names)} lie among the repository’s own secrets: workflows on every branch reach them.`,
    wayOut: 'Put them into the environments instead, and then: gh secret delete NAME',
  }),
  noSecretsForAll: 'None of the secrets is open to other branches.',
  sealer: 'The secrets of the state are sealed.',
  noSealer: {
    message: 'Nothing seals the secrets of the state: PULUMI_CONFIG_PASSPHRASE is missing.',
    wayOut:
      'Put PULUMI_CONFIG_PASSPHRASE into production, or PULUMI_ACCESS_TOKEN when Pulumi Cloud keeps the state.',
  },
  watchRuns: 'The workflow watch is on.',
  watchOff: (state) => ({
    message: `The workflow watch is off (${state}).`,
    wayOut:
      'gh workflow enable watch.yml. In public repositories GitHub stops schedules after 60 days without activity.',
  }),
  noWatch: {
    message: 'The workflow watch is not on the default branch: nothing is watched.',
    wayOut: 'Merge .github/workflows/watch.yml into main.',
  },
  oneMachine: 'One machine looks at all databases.',
  machines: (count) => `${count} machines share the watch.`,
  machinesOff: (count, variable) => ({
    message: `shards is ${count}, but the repository’s variable ${variable} is not true: one machine does it all, and may be too slow for the promise.`,
    wayOut: `gh variable set ${variable} --body true, or shards: 1 in .github/orchestras.yml.`,
  }),
  machinesUnused: (variable) => ({
    message: `The repository’s variable ${variable} is true, but shards is 1: each watch takes two jobs more than it needs.`,
    wayOut: `More shards in .github/orchestras.yml, or gh variable delete ${variable}`,
  }),
  quiet: (sentence) => ({
    message: sentence.replace(/^⚠️\s*/u, ''),
    wayOut: 'gh workflow run watch.yml --ref main, and read the run.',
  }),
  ledger: (at, orchestras) =>
    `The ledger is signed by one of our keys: ${orchestras} ${orchestras === 1 ? 'orchestra' : 'orchestras'}, changed ${at}.`,
  noLedger: {
    message: 'No ledger is published yet.',
    wayOut: 'The first run of provision that ends with a proof publishes it.',
  },
  ledgerUnpinned: {
    message: 'The ledger’s signature cannot be verified: signingKeys is empty.',
    wayOut: 'Write the public key into .github/orchestras.yml.',
  },
  mail: (to) => `Mail goes to ${to} ${to === 1 ? 'address' : 'addresses'}.`,
  noMail: {
    message: 'Nobody gets mail when things change: mail.to is empty.',
    wayOut: 'Write role addresses into .github/orchestras.yml, and put SMTP_URL into the environment watch.',
  },
  mailHalf: (names) => ({
    message: `Mail is to be sent, but ${list(names)} is missing.`,
    wayOut: 'mail.from stands in .github/orchestras.yml; SMTP_URL is a secret of the environment watch.',
  }),
  heartbeat: 'HEARTBEAT_URL is set: somebody notices when the watch falls silent.',
  noHeartbeat: {
    message: 'HEARTBEAT_URL is not set: when the watch falls silent, nobody notices.',
    wayOut: 'Put the address of a service that alerts on silence as a secret into the environment watch.',
  },
  live: {
    confirm: (organization) =>
      `--live creates two real projects and deletes them again, which may cost money. Confirm with --organization ${organization} --yes-create-and-delete ${organization}`,
    creating: (name) => `  ${name}: creating`,
    deleting: (ref) => `  ${ref}: deleting`,
    left: (ref) => `${ref} could not be deleted: do it by hand at Supabase.`,
    facts: {
      systemIdentifier: 'The same system identifier in two databases',
      postmasterStart: 'The same start time in two databases',
      multiStatement: 'Several statements in one read-only query',
      readOnlyRole: 'Role and timeout of the read-only query',
      writingRole: 'Role and timeout of the writing query',
      serverAddress: 'inet_server_addr()',
      duplicateName: 'Answer to a name that is taken',
      unseenRef: 'Answer to a ref that nobody has',
      pausedQuery: 'Answer to a query on a paused database',
      comingUp: 'Time until it is up',
    },
    seen: (fact, seen) => `${fact}: ${seen}`,
  },
}
