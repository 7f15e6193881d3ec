import type { Evidence, Schema, World } from '../evidence.ts'
import type { Observation } from '../finding.ts'
import { type Rule, withEvidence } from '../rule.ts'
import { required } from './seen.ts'

type Drift = Observation<'schema-drift'>

/**
 * Databases that are to be alike are not: migrations are missing or unknown, or the same ones have left another
 * schema. One finding for all that differ in the same way. Where no migrations are declared, nothing has to be
 * alike; what could not be read is no drift.
 */
export const schemaDrift: Rule<'schema-drift'> = {
  code: 'schema-drift',
  severity: 'warning',
  judge: (world) => (world.migrations === null ? [] : [...byVersions(world), ...byShape(world)]),
  plant: (healthy) => withEvidence(healthy, 1, (one) => withSchema(one, { fingerprint: 'another' })),
}

function byVersions(world: World): Drift[] {
  const declared = world.migrations ?? []
  const drifted = required(world).flatMap((one) => {
    const recorded = versionsOf(one)
    if (recorded === null) return []
    const missing = declared.filter((version) => !recorded.includes(version))
    const unknown = recorded.filter((version) => !declared.includes(version))
    return missing.length + unknown.length > 0 ? [{ one, missing, unknown }] : []
  })
  return [...Map.groupBy(drifted, ({ missing, unknown }) => `${missing} ${unknown}`).values()].flatMap(
    (alike) =>
      alike.slice(0, 1).map(({ missing, unknown }) => ({
        concerns: alike.map(({ one }) => one),
        values: { what: 'versions', missing, unknown } as const,
      })),
  )
}

/** Held against the canary's, else against what most have, of those with the same migrations. */
function byShape(world: World): Drift[] {
  const readable = required(world).filter((one) => schemaOf(one)?.fingerprint && versionsOf(one)?.length)
  return [...Map.groupBy(readable, (one) => `${versionsOf(one)}`).values()].flatMap((alike) => {
    const shapes = [...Map.groupBy(alike, (one) => schemaOf(one)?.fingerprint).values()]
    const measure =
      shapes.find((shape) => shape.some(({ slug }) => slug === world.canary)) ??
      shapes.toSorted((a, b) => b.length - a.length)[0]
    return shapes
      .filter((shape) => shape !== measure)
      .map((shape) => ({
        concerns: shape,
        values: { what: 'shape', from: measure?.[0]?.slug ?? '' } as const,
      }))
  })
}

function schemaOf({ inside }: Evidence): Schema | null {
  return inside.kind === 'read' ? inside.schema : null
}

function versionsOf(one: Evidence): readonly string[] | null {
  return schemaOf(one)?.migrations?.map(({ version }) => version) ?? null
}

function withSchema(one: Evidence, schema: Partial<Schema>): Partial<Evidence> {
  return one.inside.kind === 'read'
    ? { inside: { ...one.inside, schema: { ...one.inside.schema, ...schema } } }
    : {}
}
