import type { Rule } from '../rule.ts'
import { required } from './seen.ts'

export const unreadDeclaration: Rule<'unread-declaration'> = {
  code: 'unread-declaration',
  severity: 'inconclusive',
  judge: (world) => world.unreadFiles.map((file) => ({ concerns: [], values: { file } })),
  plant: (healthy) => ({ ...healthy, unreadFiles: ['planted.yaml'] }),
}

/**
 * A file is gone while its database lives on: it is no longer looked at, so nobody knows who reaches it. An
 * announced end that is held makes no difference to that, only to the way out.
 */
export const undeclared: Rule<'undeclared'> = {
  code: 'undeclared',
  severity: 'inconclusive',
  judge: (world) => world.undeclared.map((values) => ({ concerns: [], values })),
  plant: (healthy) => {
    const ref = healthy.orchestras[0]?.ref
    return ref ? { ...healthy, undeclared: [{ slug: 'planted', ref, announced: false }] } : healthy
  },
}

export const unlisted: Rule<'unlisted'> = {
  code: 'unlisted',
  severity: 'inconclusive',
  judge: (world) => (world.unlisted ? [{ concerns: [], values: { why: world.unlisted } }] : []),
  plant: (healthy) => ({ ...healthy, unlisted: { code: 'unreachable', detail: 'planted' } }),
}

/** A part of the evidence is missing, or is not of this sweep: nobody knows what it would have shown. */
export const unusableEvidence: Rule<'unusable-evidence'> = {
  code: 'unusable-evidence',
  severity: 'inconclusive',
  judge: (world) => world.unusable.map((values) => ({ concerns: [], values })),
  plant: (healthy) => ({
    ...healthy,
    unusable: [{ shard: 1, of: 2, file: null, why: 'missing', detail: '' }],
  }),
}

/** An empty proof proves nothing; before the first apply there is nothing to prove. */
export const unproven: Rule<'unproven'> = {
  code: 'unproven',
  severity: 'inconclusive',
  judge: (world) =>
    world.moment !== 'before' && required(world).length === 0 ? [{ concerns: [], values: {} }] : [],
  plant: (healthy) => ({ ...healthy, pending: new Set(healthy.orchestras.map((one) => one.slug)) }),
}
