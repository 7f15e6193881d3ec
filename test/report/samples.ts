import type { ErrorValues } from '../../infra/errors.ts'
import type { Why } from '../../infra/isolation/evidence.ts'
import type { FindingValues } from '../../infra/isolation/finding.ts'

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
]
const [why] = whys

/** Values of every kind that each finding can carry. */
export const findingSamples: Samples<FindingValues> = {
  'shared-ref': [{ ref: REF }],
  'shared-server': [
    { systemId: '73', startedAt: '1769680000.123456', sameDatabase: true },
    { systemId: '73', startedAt: '1769680000', sameDatabase: false },
  ],
  'shared-locks': [{}],
  'foreign-nameplate': [{ bears: [{ slug: 'malmo', ref: REF }] }],
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
  stranger: [{ ref: REF, name: 'x', status: 'INACTIVE' }],
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
  undeclared: [{ slug: 'malmo', ref: REF }],
  unlisted: [{ why }],
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
  'project-failed': [{ slug: 'malmo', ref: REF, status: 'INIT_FAILED' }],
  'project-slow': [{ slug: 'malmo', ref: REF, status: 'COMING_UP', seconds: 900 }],
  'project-fixed': [
    { slug: 'malmo', field: 'organization', from: 'a', to: 'b' },
    { slug: 'malmo', field: 'region', from: 'a', to: 'b' },
    { slug: 'malmo', field: 'ref', from: 'a', to: 'b' },
    { slug: 'malmo', field: 'size', from: 'a', to: 'b' },
  ],
  'project-removal-refused': [{ slugs: 'malmo' }],
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
  ],
  'mail-failed': [{ detail: 'ECONNREFUSED' }],
}

/** What the words that are functions are called with, by their path, where letters will not do. */
export const wordArguments: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
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
    [0, 0, 3],
    [1, 2, 3],
  ],
  'progress.replated': [['malmo']],
  'progress.held': [['malmo, sco']],
  'demo.planting': [['malmo', 'sco']],
}
