import type { ErrorValues } from '../../infra/errors.ts'
import type { Why } from '../../infra/isolation/evidence.ts'
import type { FindingValues } from '../../infra/isolation/finding.ts'
import type { ShardFault } from '../../infra/isolation/shards/faults.ts'

type Samples<T> = { readonly [K in keyof T]: readonly [T[K], ...T[K][]] }

export const REF = 'abcdefghijklmnopqrst'
export const OTHER = 'bcdefghijklmnopqrstu'

const whys: readonly [Why, ...Why[]] = [
  { code: 'not-ready', detail: 'COMING_UP' },
  { code: 'paused', detail: '' },
  { code: 'refused', detail: '403 Forbidden' },
  { code: 'timeout', detail: '15 s' },
  { code: 'unreachable', detail: 'ECONNREFUSED' },
  { code: 'unintelligible', detail: 'x' },
  { code: 'no-ref', detail: '' },
  { code: 'unstable', detail: '' },
  { code: 'ungathered', detail: '3/8' },
]
const [why] = whys

const faulty = (why: ShardFault, index: number) =>
  ({ shard: 3, of: 8, file: null, why, detail: index === 1 ? 'false' : 'true' }) as const

/** Values of every kind that each finding can carry. */
export const findingSamples: Samples<FindingValues> = {
  'shared-ref': [{ ref: REF }],
  'shared-server': [
    { systemId: '73', startedAt: '1769680000.123456', sameDatabase: true },
    { systemId: '73', startedAt: '1769680000', sameDatabase: false },
  ],
  'shared-locks': [{}],
  'foreign-nameplate': [
    { bears: [{ slug: 'malmo', ref: REF }] },
    { bears: [{ slug: 'malmo', ref: REF }], restored: REF },
  ],
  'shared-trust': [
    { by: 'key', what: 'k' },
    { by: 'issuer', what: 'https://issuer.example' },
  ],
  'cross-link': [
    { kind: 'foreign-server', link: 'l', target: 't' },
    { kind: 'subscription', link: 'l', target: 't' },
  ],
  'ref-drift': [
    { declared: REF, recorded: OTHER, live: null },
    { declared: null, recorded: REF, live: OTHER },
  ],
  'wrong-organization': [{ organization: 'another' }],
  'schema-drift': [
    { what: 'versions', missing: ['20260101000000'], unknown: [] },
    { what: 'versions', missing: [], unknown: ['20250101000000', 'x\u001b[31m'] },
    { what: 'versions', missing: ['20260101000000'], unknown: ['20250101000000'] },
    { what: 'shape', from: 'malmo' },
  ],
  stranger: [
    { ref: REF, name: 'x', status: 'INACTIVE', was: null },
    { ref: REF, name: 'malmo-moved', status: 'ACTIVE_HEALTHY', was: 'malmo' },
  ],
  'ledger-drift': [
    { ledger: REF, actual: OTHER },
    { ledger: REF, actual: null },
  ],
  'shared-lineage': [{ systemId: '73', orchestras: 12 }],
  symmetric: [{}],
  uncounted: [{}],
  paused: [{}],
  pending: [{ why: 'COMING_UP' }, { why: null }],
  missing: [{ ref: REF }, { ref: null }],
  unverified: [
    ...([{ what: 'project', why }] as const),
    ...(['database', 'nameplate', 'links', 'trust', 'state', 'challenge'] as const).map((what) => ({
      what,
      why,
    })),
    ...whys.map((one) => ({ what: 'database' as const, why: one })),
  ],
  'unread-link': [
    { kind: 'foreign-server', link: 'l', target: null },
    { kind: 'subscription', link: 'l', target: 't' },
  ],
  unplated: [{}],
  tampered: [{ rows: 2 }],
  'unread-declaration': [{ file: 'malmo.yaml' }],
  undeclared: [
    { slug: 'malmo', ref: REF, announced: false },
    { slug: 'malmo', ref: REF, announced: true },
  ],
  unlisted: [{ why: { code: 'refused', detail: '403 Forbidden' } }],
  'unusable-evidence': [
    { shard: null, of: 8, file: 'x.json', why: 'malformed', detail: 'JSON' },
    ...(['missing', 'doubled', 'old', 'future', 'malformed', 'count'] as const).map(faulty),
    ...(['source', 'organization', 'commit', 'run', 'registry', 'depth'] as const).map(faulty),
    faulty('depth', 1),
  ],
  unproven: [{}],
  'blind-rule': [{ rule: 'shared-ref' }],
}

/** Values of every kind that each error can carry. */
export const errorSamples: Samples<ErrorValues> = {
  'bad-usage': [{ detail: 'unknown option --x' }],
  'registry-refused': [
    { problems: 1, folder: 'orchestras' },
    { problems: 2, folder: 'orchestras' },
  ],
  'promise-unkeepable': [
    {
      ...{ orchestras: 12, shards: 1, promiseMinutes: 30, watchEveryMinutes: 60 },
      ...{ sweepSeconds: 122, shardsNeeded: null, promiseNeededMinutes: 63 },
    },
    {
      ...{ orchestras: 1, shards: 2, promiseMinutes: 62, watchEveryMinutes: 60 },
      ...{ sweepSeconds: 363, shardsNeeded: 1, promiseNeededMinutes: 67 },
    },
  ],
  'token-missing': [{}],
  'api-url-refused': [
    { url: 'x', why: 'not-a-url' },
    { url: 'x', why: 'in-actions' },
    { url: 'x', why: 'in-clear' },
  ],
  'api-refused': [
    { call: 'GET /v1/projects', status: 401, answer: 'Unauthorized' },
    { call: 'GET /v1/projects', status: 403, answer: '' },
    { call: 'GET /v1/projects', status: 404, answer: 'Not found' },
    { call: 'GET /v1/projects', status: 418, answer: 'I am a teapot' },
    { call: 'GET /v1/projects', status: 429, answer: 'Rate limit exceeded' },
  ],
  'api-rate-limited': [{ call: 'GET /v1/projects', waitedSeconds: 90 }],
  'api-timeout': [{ call: 'GET /v1/projects', seconds: 15 }],
  'api-unreachable': [{ call: 'GET /v1/projects', cause: 'ECONNREFUSED' }],
  'api-unintelligible': [{ call: 'GET /v1/projects', detail: 'x' }],
  'signing-key-missing': [{}],
  'signing-key-bad': [{ detail: 'x' }],
  'state-unreadable': [{ detail: 'x' }],
  'database-taken': [{ slug: 'malmo', ref: REF, owner: 'sco' }],
  'database-plate-unverified': [{ slug: 'malmo', ref: REF }],
  'database-in-use': [{ slug: 'malmo', ref: REF, tables: 3 }],
  'project-elsewhere': [
    { slug: 'malmo', ref: REF, field: 'organization', expected: 'a', actual: 'b' },
    { slug: 'malmo', ref: REF, field: 'region', expected: 'a', actual: 'b' },
  ],
  'project-missing': [{ slug: 'malmo', ref: REF }],
  'project-ambiguous': [{ slug: 'malmo', refs: `${REF}, ${OTHER}` }],
  'project-ended': [{ slug: 'malmo', ref: REF }],
  'project-renamed': [{ slug: 'malmo', ref: REF, name: 'Malmö gamla' }],
  'project-failed': [
    { slug: 'malmo', ref: REF, status: 'INIT_FAILED' },
    { slug: 'malmo', ref: REF, status: 'PAUSE_FAILED' },
    { slug: 'malmo', ref: REF, status: 'RESTORE_FAILED' },
  ],
  'project-slow': [{ slug: 'malmo', ref: REF, status: 'COMING_UP', seconds: 900 }],
  'project-fixed': [
    { slug: 'malmo', field: 'organization', from: 'a', to: 'b' },
    { slug: 'malmo', field: 'region', from: 'a', to: 'b' },
    { slug: 'malmo', field: 'ref', from: 'a', to: 'b' },
  ],
  'project-pause-refused': [
    { slug: 'malmo', ref: REF, answer: 'Project is on a paid plan' },
    { slug: 'malmo', ref: REF, answer: '' },
  ],
  'project-restore-refused': [
    { slug: 'malmo', ref: REF, answer: 'Too many' },
    { slug: 'malmo', ref: REF, answer: '' },
  ],
  'project-resize-refused': [
    { slug: 'malmo', ref: REF, size: 'large', answer: 'No' },
    { slug: 'malmo', ref: REF, size: 'large', answer: '' },
  ],
  'migration-failed': [
    {
      ...{ slug: 'malmo', ref: REF, file: '20260101000000_a.sql', line: 3 },
      answer: 'ERROR:  42P01: relation "x" does not exist',
    },
    { slug: 'malmo', ref: REF, file: '20260101000000_a.sql', line: null, answer: 'ERROR:  57014: x' },
  ],
  'migration-unclear': [{ slug: 'malmo', ref: REF, file: '20260101000000_a.sql', detail: 'api-timeout' }],
  'migration-without-file': [{ slug: 'malmo', ref: REF, versions: '20250101000000' }],
  'migration-rewritten': [{ slug: 'malmo', ref: REF, file: '20260101000000_a.sql' }],
  'migration-late': [{ slug: 'malmo', ref: REF, file: '20260101000000_a.sql', newest: '20260201000000' }],
  'migrations-unreadable': [{ slug: 'malmo', ref: REF }],
  'migrations-unanswered': [{ slug: 'malmo', ref: REF, detail: '403 Forbidden' }],
  'migrations-held': [
    { canary: 'malmo', waiting: 1 },
    { canary: 'malmo', waiting: 11 },
  ],
  'project-removal-refused': [{ slugs: 'malmo' }],
  'project-deletion-refused': [
    { slug: 'malmo', ref: REF, answer: 'Project not ready for deletion.' },
    { slug: 'malmo', ref: REF, answer: '' },
  ],
  'retire-elsewhere': [
    { slug: 'malmo', ref: REF, retire: OTHER },
    { slug: 'malmo', ref: '', retire: OTHER },
  ],
  'retire-too-many': [{ slugs: 'malmo, sco', count: 2, limit: 1 }],
  'retire-unprepared': [{ slug: 'malmo', ref: REF }],
  'retire-held': [
    { slug: 'malmo', ref: REF, why: 'locked', detail: '' },
    { slug: 'malmo', ref: REF, why: 'breach', detail: '' },
    { slug: 'malmo', ref: REF, why: 'unproven', detail: '' },
    { slug: 'malmo', ref: REF, why: 'gate', detail: '' },
    { slug: 'malmo', ref: REF, why: 'dump-key', detail: '' },
    { slug: 'malmo', ref: REF, why: 'dump-unkept', detail: '' },
    { slug: 'malmo', ref: REF, why: 'backup', detail: 'FAILED 2026-01-01' },
    { slug: 'malmo', ref: REF, why: 'files', detail: '3' },
    { slug: 'malmo', ref: REF, why: 'written-to', detail: 'public.musicians' },
  ],
  'dump-unusable': [{ folder: 'dumps/x', detail: 'cut' }],
  'engine-missing': [{ version: '3.1.0', tried: ['download: 404', 'go: not found'] }],
  'engine-failed': [{ detail: 'x.' }],
  'engine-locked': [{ by: 'me', since: 'noon' }],
  'engine-orphaned': [{}],
  'engine-cancelled': [{}],
  'passphrase-missing': [{}],
  'passphrase-wrong': [{}],
  'sandbox-failed': [{ detail: 'x' }],
  'file-failed': [{ file: 'a.json', detail: 'ENOENT' }],
  'github-unconfigured': [
    { variable: 'GITHUB_TOKEN', why: 'missing' },
    { variable: 'GITHUB_REPOSITORY', why: 'bad' },
    { variable: 'GITHUB_API_URL', why: 'in-clear' },
  ],
  'github-refused': [
    { call: 'GET /repos/{owner}/{repo}/issues', status: 403, answer: 'Resource not accessible' },
    { call: 'GET /repos/{owner}/{repo}/issues', status: 500, answer: '' },
  ],
  'github-unreachable': [{ call: 'GET /repos/{owner}/{repo}/issues', cause: 'ECONNREFUSED' }],
  'github-unintelligible': [{ call: 'GET /repos/{owner}/{repo}/issues', detail: 'x' }],
  'ledger-refused': [
    { why: 'unsigned' },
    { why: 'wrong-type' },
    { why: 'unknown-key' },
    { why: 'altered' },
    { why: 'unintelligible' },
    { why: 'wrong-source' },
    { why: 'older' },
    { why: 'gone' },
    { why: 'buried' },
  ],
  'gateway-secret-bad': [{ bytes: 5, least: 32 }],
  'gateway-unready': [{ file: '/srv/liggare.json' }],
  'gateway-cannot-listen': [{ address: '127.0.0.1:80', cause: 'EACCES' }],
  'mail-failed': [{ detail: 'ECONNREFUSED' }],
  'move-refused': [
    { slug: 'malmo', why: 'no-source', details: ['public.notes'] },
    { slug: 'malmo', why: 'not-begun', details: ['public.notes'] },
    { slug: 'malmo', why: 'not-copied', details: ['public.notes'] },
    { slug: 'malmo', why: 'already-switched', details: ['public.notes'] },
    { slug: 'malmo', why: 'not-switched', details: ['public.notes'] },
    { slug: 'malmo', why: 'completed', details: ['public.notes'] },
    { slug: 'malmo', why: 'elsewhere', details: ['public.notes'] },
    { slug: 'malmo', why: 'name-taken', details: ['public.notes'] },
    { slug: 'malmo', why: 'unseen', details: ['public.notes'] },
    { slug: 'malmo', why: 'no-discriminator', details: ['public.notes'] },
    { slug: 'malmo', why: 'no-marked', details: ['public.notes'] },
    { slug: 'malmo', why: 'undecided-tables', details: ['public.notes'] },
    { slug: 'malmo', why: 'ownerless-rows', details: ['public.notes'] },
    { slug: 'malmo', why: 'crossing-rows', details: ['public.notes'] },
    { slug: 'malmo', why: 'schema-differs', details: ['public.notes'] },
    { slug: 'malmo', why: 'source-changing', details: ['public.notes'] },
    { slug: 'malmo', why: 'differs', details: ['public.notes'] },
    { slug: 'malmo', why: 'target-shared', details: ['public.notes'] },
    { slug: 'malmo', why: 'target-unproven', details: ['public.notes'] },
    { slug: 'malmo', why: 'written-since', details: ['public.notes'] },
    { slug: 'malmo', why: 'not-proven', details: ['public.notes'] },
    { slug: 'malmo', why: 'source-changed', details: ['public.notes'] },
  ],
  'token-refused': [
    { why: 'too-large' },
    { why: 'malformed' },
    { why: 'header' },
    { why: 'algorithm' },
    { why: 'claims' },
    { why: 'audience' },
    { why: 'role' },
    { why: 'expired' },
    { why: 'not-yet' },
    { why: 'issuer' },
    { why: 'other-orchestra' },
    { why: 'key' },
    { why: 'signature' },
    { why: 'project' },
  ],
  'orchestra-closed': [
    { slug: 'malmo', name: 'Malmö', why: 'retired' },
    { slug: 'malmo', name: 'Malmö', why: 'quarantined' },
    { slug: 'malmo', name: 'Malmö', why: 'keyless' },
    { slug: 'malmo', name: 'Malmö', why: 'ambiguous' },
  ],
  'orchestra-unknown': [{ address: 'malmoe' }],
  'keys-unreachable': [{ slug: 'malmo', cause: 'api-refused 502' }],
  'source-failed': [
    { what: 'ledger', cause: 'x' },
    { what: 'quarantine', cause: 'x' },
  ],
  'page-missing': [{ file: 'page/index.html' }],
  'incident-untold': [{ number: 7 }],
}

/** What the words that are functions are called with, by their path, where letters will not do. */
export const wordArguments: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  restored: [
    [12, 0],
    [12, 2],
  ],
  'progress.kept': [
    [{ slug: 'a', folder: 'b', rows: 3, accounts: 2, sealed: true, backup: null }],
    [{ slug: 'a', folder: 'b', rows: 3, accounts: 2, sealed: false, backup: '2026-01-01' }],
  ],
  'source.sandbox': [['.local']],
  'source.otherApi': [['http://127.0.0.1:1']],
  'details.nameplates': [[1, 2]],
  'details.unknownSlug': [['malmö', 'malmo, sco']],
  'same.ref': [[REF]],
  'same.server': [['73', '1769680000.5']],
  'same.nameplate': [['malmo']],
  'same.issuer': [['https://issuer.example']],
  'same.link': [['host']],
  unexpected: [['x']],
  'check.problems': [
    [1, 1],
    [2, 1],
    [3, 2],
  ],
  'check.fine': [[1], [2]],
  written: [['report.json']],
  'progress.looked': [[1, 2]],
  'progress.engineBuilding': [[30]],
  'progress.creating': [['malmo']],
  'progress.waiting': [['malmo', 'COMING_UP', 5]],
  'progress.done': [['malmo', 5]],
  'progress.failed': [['malmo']],
  'progress.changes': [
    [0, 0, 3, 0],
    [1, 2, 3, 0],
    [0, 0, 3, 1],
  ],
  'progress.replated': [['malmo']],
  'progress.held': [['malmo, sco']],
  'progress.waking': [['malmo, sco']],
  'demo.planting': [['malmo', 'sco']],
}
