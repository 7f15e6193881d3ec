import type { Evidence, Plate, Plates } from '../evidence.ts'
import type { Observation } from '../finding.ts'
import { type Rule, withEvidence } from '../rule.ts'

function platesOf(one: Evidence): Plates | null {
  return one.inside.kind === 'read' ? one.inside.plates : null
}

/** A plate made for this orchestra in this database. */
export function isOwn(plate: Plate, one: Pick<Evidence, 'slug' | 'ref'>): boolean {
  return plate.valid && plate.slug === one.slug && plate.ref === one.ref
}

/** A plate for the ref that its file says was replaced: the next apply puts the right one in its place. */
export function bearsFormer(one: Evidence): boolean {
  const { replaces } = one.declared
  return (
    platesOf(one)?.rows.some((plate) => plate.valid && plate.slug === one.slug && plate.ref === replaces) ??
    false
  )
}

function withPlates(one: Evidence, plates: Plates): Partial<Evidence> {
  return one.inside.kind === 'read' ? { inside: { ...one.inside, plates } } : {}
}

/** We once signed this database over to another orchestra, or made it under another ref: shared, or a copy. */
export const foreignNameplate: Rule<'foreign-nameplate'> = {
  code: 'foreign-nameplate',
  severity: 'breach',
  judge: (world) => {
    const isForeign = (plate: Plate, one: Evidence) => plate.valid && !isOwn(plate, one)
    const bearers = world.orchestras.filter((one) =>
      platesOf(one)?.rows.some((plate) => isForeign(plate, one)),
    )
    if (bearers.length === 0) return []
    const bySlug = new Map<string, Evidence>(world.orchestras.map((one) => [one.slug, one]))
    return bearers.map((one): Observation<'foreign-nameplate'> => {
      const bears = (platesOf(one)?.rows ?? [])
        .filter((plate) => isForeign(plate, one))
        .map(({ slug, ref }) => ({ slug, ref }))
      const owners = new Set(bears.flatMap(({ slug }) => bySlug.get(slug) ?? []))
      owners.delete(one)
      const [former] = bears.every(({ slug }) => slug === one.slug) ? bears : []
      const restored = former && bears.length === 1 ? { restored: former.ref } : {}
      return { concerns: [one, ...owners], values: { bears, ...restored } }
    })
  },
  plant: (healthy) => {
    const [first, second] = healthy.orchestras
    return first && second
      ? withEvidence(healthy, 1, (one) => withPlates(one, platesOf(first) ?? none))
      : healthy
  },
}

export const unplated: Rule<'unplated'> = {
  code: 'unplated',
  severity: 'inconclusive',
  judge: (world) =>
    required(world).flatMap((one) => {
      const plates = platesOf(one)
      return plates && plates.rows.length === 0 ? [{ concerns: [one], values: {} }] : []
    }),
  plant: (healthy) => withEvidence(healthy, 0, (one) => withPlates(one, none)),
}

/** Plates that nobody with our key signed for what they say, or more of them than anyone writes. */
export const tampered: Rule<'tampered'> = {
  code: 'tampered',
  severity: 'inconclusive',
  judge: (world) =>
    required(world).flatMap((one) => {
      const plates = platesOf(one)
      if (!plates) return []
      const bad = plates.rows.filter((plate) => !plate.valid).length
      return bad > 0 || plates.excess
        ? [{ concerns: [one], values: { rows: plates.excess ? plates.rows.length : bad } }]
        : []
    }),
  plant: (healthy) =>
    withEvidence(healthy, 0, (one) =>
      withPlates(one, { rows: [{ slug: one.slug, ref: one.ref ?? '', valid: false }], excess: false }),
    ),
}

function required(world: {
  readonly orchestras: readonly Evidence[]
  readonly pending: ReadonlySet<string>
}): readonly Evidence[] {
  return world.orchestras.filter((one) => !world.pending.has(one.slug))
}

const none: Plates = { rows: [], excess: false }
