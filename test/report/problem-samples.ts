import type { Place, RuleValues } from '../../infra/registry/problem.ts'
import type { ValueKind, YamlFault, YamlFeature } from '../../infra/registry/yaml/words.ts'
import { OTHER, REF } from './samples.ts'

type Samples<T> = { readonly [K in keyof T]: readonly T[K][] }

const at: Place = { file: 'orchestras/malmo.yaml', line: 3, column: 1 }
const key = 'name'
const kinds: readonly ValueKind[] = ['text', 'number', 'boolean', 'list', 'mapping', 'nothing', 'other']
const faults: readonly YamlFault[] = [
  ...(['tab', 'indentation', 'missing-character', 'colon', 'no-key', 'escape'] as const),
  ...(['first-character', 'nesting', 'other'] as const),
]
const features: readonly YamlFeature[] = ['anchor', 'alias', 'merge', 'tag', 'directive']

/** Values of every kind that each rule of the check can carry. */
export const problemSamples: Samples<RuleValues> = {
  'no-orchestras': [{}],
  'file-ending': [
    { name: 'malmo.yml', suggestion: 'malmo.yaml' },
    { name: 'x', suggestion: null },
  ],
  'file-in-folder': [{ name: 'a/b.yaml' }],
  'file-link': [{ name: 'a.yaml' }],
  'file-special': [{ name: 'a.yaml' }],
  'file-unreadable': [{ cause: 'EACCES' }],
  'file-too-large': [{ bytes: 70_000, limit: 65_536 }],
  'file-empty': [{}],
  'file-encoding': [{ encoding: 'utf-16' }, { encoding: 'unknown' }],
  'bad-slug': [
    { slug: 'Malmö', suggestion: 'malmo', owner: null },
    { slug: 'Malmö', suggestion: 'malmo', owner: 'malmo' },
    { slug: '!', suggestion: null, owner: null },
  ],
  'yaml-syntax': faults.map((fault) => ({ fault })),
  'yaml-feature': features.map((feature) => ({ feature })),
  'several-documents': [{}],
  'not-a-mapping': kinds.map((found) => ({ found })),
  'duplicate-key': [{ key, first: at }],
  'unknown-key': [
    { key: 'nam', allowed: ['name', 'ref'], meant: 'name' },
    { key: 'x', allowed: ['name'], meant: null },
  ],
  'secret-in-file': (['password', 'token', 'private-key', 'secret-key'] as const).map((kind) => ({ kind })),
  'value-missing': [{ key }],
  'value-empty': [{ key }],
  'wrong-type': [
    { key, expected: 'text', found: 'number' },
    ...kinds.flatMap((expected) => kinds.map((found) => ({ key, expected, found }))),
  ],
  'bad-choice': [{ key, value: 'x', allowed: ['a', 'b'] }],
  'number-out-of-range': [{ key, least: 1, most: 9 }],
  'name-blank': [{}],
  'name-too-long': [{ length: 101, limit: 100 }],
  'name-hidden-character': [{ codePoint: 'U+200B' }],
  'bad-ref': [
    { length: 19, stray: null },
    { length: 20, stray: { character: '1', at: 3 } },
  ],
  'ref-foreign-host': [{ host: 'db.example' }],
  'region-not-allowed': [{ region: 'us-east-1', allowed: ['eu-north-1'] }],
  'bad-mail': [{ key, value: 'x' }],
  'private-mail': [{ key, value: 'x@gmail.com', domain: 'gmail.com' }],
  'bad-domain': [{ value: 'x' }],
  'private-domain': [{ domain: 'gmail.com' }],
  'repeated-item': [{ key, value: 'x', first: at }],
  'bad-duration': [{ key, value: 'x' }],
  'bad-table': [{ key, value: 'x' }],
  'bad-identifier': [{ key, value: 'x' }],
  'bad-signing-key': [{ member: 'x' }],
  'bad-dump-key': [{ member: 'x' }],
  'replaces-itself': [{ ref: REF }],
  'replaces-another': [{ ref: REF, owner: 'malmo' }],
  'replaces-differs': [
    { replaces: REF, expected: OTHER, source: 'file' },
    { replaces: REF, expected: OTHER, source: 'ledger' },
  ],
  'retire-ref-wrong': [
    { retire: REF, expected: OTHER, source: 'file' },
    { retire: REF, expected: OTHER, source: 'ledger' },
  ],
  'shared-ref': [{ ref: REF, owner: at }],
  'shared-name': [{ name: 'Malmö', owner: at }],
  'shared-admin': [{ mail: 'admin@a.example', owner: at }],
  'retire-of-another': [{ ref: REF, owner: 'malmo' }],
  'ref-changed': [
    { from: REF, to: OTHER },
    { from: REF, to: null },
  ],
  'region-changed': [{ from: 'eu-north-1', to: 'eu-west-1' }],
  'slug-changed': [
    { from: 'malmo', to: 'malmo-so', by: 'ref' },
    { from: 'malmo', to: 'malmo-so', by: 'login' },
    { from: 'malmo', to: 'malmo-so', by: 'name' },
  ],
  'removed-without-retire': [
    { slug: 'malmo', ref: REF },
    { slug: 'malmo', ref: null },
  ],
  'too-many-removed': [{ count: 3, limit: 1 }],
  'base-unreadable': [{ slug: 'malmo', rule: 'bad-ref' }],
  'ref-claimed-before': [
    { ref: REF, owner: 'malmo', retired: true },
    { ref: REF, owner: 'malmo', retired: false },
  ],
  'ref-differs-from-ledger': [{ ref: REF, recorded: OTHER }],
  'migration-name': [{ name: '1.sql' }],
  'migration-twice': [{ version: '20260101000000', owner: '20260101000000_a.sql' }],
  'migration-empty': [{}],
  'migration-unended': (['string', 'name', 'comment', 'dollar'] as const).map((what) => ({ what })),
  'migration-forbidden': (['transaction', 'outside', 'session', 'input', 'meta', 'reserved'] as const).map(
    (why) => ({ statement: 'commit', why }),
  ),
  'migration-changed': [{ was: '20260101000000_a.sql' }],
  'migration-removed': [{ name: '20260101000000_a.sql' }],
  'migration-out-of-order': [{ version: '20260101000000', newest: '20260201000000' }],
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
  'unknown-canary': [{ canary: 'x', known: ['malmo', 'sco'] }],
}
