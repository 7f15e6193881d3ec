import { code, table } from './markdown.ts'

type Who = 'secret' | 'you' | 'GitHub' | 'workflow'

/**
 * Every variable that a command or a workflow reads, with who sets it: `secret` of an environment on GitHub, `you`
 * where a person may, `GitHub`'s runner, or the `workflow` itself. A test holds this to what the code reads.
 */
export const VARIABLES: Readonly<Record<string, readonly [who: Who, meaning: string]>> = {
  SUPABASE_ACCESS_TOKEN: [
    'secret',
    'the token for the Management API. Without it, outside GitHub Actions, commands use the sandbox',
  ],
  CONTROL_SIGNING_KEY: ['secret', 'private Ed25519 key (JWK): signs nameplates and ledger'],
  PULUMI_BACKEND_URL: ['secret', 'where state is kept; without it in the folder `--state`'],
  PULUMI_CONFIG_PASSPHRASE: ['secret', 'seals what is secret in state'],
  PULUMI_CONFIG_PASSPHRASE_FILE: ['you', 'a file with that passphrase, instead'],
  PULUMI_SECRETS_PROVIDER: ['you', 'a key service that seals state, instead of a passphrase'],
  PULUMI_ACCESS_TOKEN: ['secret', 'for Pulumi Cloud as backend'],
  AWS_ACCESS_KEY_ID: ['secret', 'for a bucket (S3) as backend'],
  AWS_SECRET_ACCESS_KEY: ['secret', 'for a bucket (S3) as backend'],
  AWS_REGION: ['secret', 'for a bucket (S3) as backend; a variable, no secret'],
  SMTP_URL: ['secret', 'the mail server, `smtps://user:password@host`; without it no mail is sent'],
  HEARTBEAT_URL: ['secret', 'is called after each verdict, so that somebody notices when the watch stops'],
  DUMP_PRIVATE_KEY: ['you', 'private X25519 key (JWK): opens a sealed dump in `restore-dump`'],
  GATEWAY_SECRET: ['you', 'at least 32 bytes: seals refresh tokens; the same for all processes of a gateway'],
  GITHUB_TOKEN: ['GitHub', 'for issues, check runs and the ledger; on your own machine one of yours'],
  GITHUB_REPOSITORY: ['GitHub', '`owner/name`; on your own machine you say it'],
  GITHUB_API_URL: ['GitHub', 'another GitHub than github.com'],
  GITHUB_ACTIONS: ['GitHub', '`true`: a missing token is an error, and the sandbox is never used'],
  GITHUB_STEP_SUMMARY: ['GitHub', 'the file of the job’s summary, which shows the run, too'],
  GITHUB_OUTPUT: ['GitHub', 'the file by which a step tells the next ones something'],
  GITHUB_SERVER_URL: ['GitHub', 'for links to the run'],
  GITHUB_RUN_ID: ['GitHub', 'for links to the run'],
  GITHUB_SHA: ['GitHub', 'the commit that a run is of'],
  HEAD_SHA: ['workflow', 'the commit of `update-locks`'],
  PULL_REQUEST: ['workflow', 'the number for `comment-pull-request`'],
  ISSUE: ['workflow', 'the number of the issue that `propose-orchestra` answers'],
  CHANGED_FILES: ['workflow', 'a file with the paths that a pull request changes, for `preview`'],
  DUMP_ARTIFACT: [
    'workflow',
    'the artifact that holds the dumps: without one nobody is deleted in GitHub Actions',
  ],
  SUPABASE_API_URL: ['you', 'another address of the Management API; refused in GitHub Actions'],
  PULUMI_HOME: ['you', 'where the engine is installed, instead of `~/.pulumi`'],
  TERM: ['you', '`dumb`: no colours'],
  NO_COLOR: ['you', 'anything: no colours'],
  FORCE_COLOR: ['you', 'anything but `0`: colours also where the output is no terminal'],
  CI: ['you', 'anything: `dashboard` opens no browser'],
  DISPLAY: ['you', 'set by a desktop: without it (or the next) `dashboard` opens no browser on Linux'],
  WAYLAND_DISPLAY: ['you', 'the same for Wayland'],
  DEBUG: ['you', 'anything: a fault in the program shows where it happened'],
}

/** For tests, or from one process of ours to another: nobody sets them. */
export const INTERNAL = ['ALLOW_SANDBOX_API', 'CONTROL_ENGINE_PID'] as const

export function environment(): string {
  const rows = Object.entries(VARIABLES).map(([name, [who, meaning]]) => [code(name), who, meaning])
  return table(['variable', 'set by', 'meaning'], rows)
}
