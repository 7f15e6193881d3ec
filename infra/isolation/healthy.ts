import type { Ref, Slug } from '../registry/orchestra.ts'
import type { Evidence, World } from './evidence.ts'

/**
 * A small world in which all is well, for the rules' self-test: two orchestras of one image (equal system
 * identifiers, as in production) on servers of their own.
 */
export function healthyWorld(): World {
  return {
    moment: 'between',
    orchestras: [healthy('a'), healthy('b')],
    strangers: [],
    pending: new Set(),
    unreadFiles: [],
    unlisted: null,
    unusable: [],
    undeclared: [],
    ledger: null,
    allow: { links: [], issuers: [], strangers: [] },
    migrations: ['20260101000000'],
    canary: null,
  }
}

function healthy(letter: string): Evidence {
  const slug = `planted-${letter}` as Slug
  const ref = letter.repeat(20) as Ref
  return {
    slug,
    name: slug,
    declared: { ref: null, region: 'eu-north-1', paused: false },
    recorded: { kind: 'recorded', ref, finished: true },
    live: { kind: 'live', ref, name: slug, region: 'eu-north-1', status: 'ACTIVE_HEALTHY', namesake: null },
    ref,
    inside: {
      kind: 'read',
      identity: {
        systemId: '7300000000000000001',
        startedAt: `17000000${letter.charCodeAt(0)}.000001`,
        upSeconds: 1000,
        inRecovery: false,
        databaseOid: '5',
      },
      counts: { musicians: 1, projects: 1 },
      bytes: 8_000_000,
      schema: {
        migrations: [{ version: '20260101000000', digest: 'planted' }],
        fingerprint: 'planted',
      },
      plates: { rows: [{ slug, ref, valid: true }], excess: false },
      links: [],
    },
    trust: { kind: 'read', keys: [`key-${letter}`], issuers: [] },
    challenge: null,
  }
}
