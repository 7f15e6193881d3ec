import { z } from 'zod'
import { declarationSchema } from '../../../infra/registry/declaration-schema.ts'
import { DEFAULT_SETTINGS, type Settings, type Table } from '../../../infra/registry/settings.ts'
import { settingsSchema } from '../../../infra/registry/settings-schema.ts'
import { code, table } from './markdown.ts'

/** As much of a JSON Schema as ours use. */
interface Field {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly items?: Field
  readonly properties?: Readonly<Record<string, Field>>
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
  readonly english?: string
}

/** The keys of an orchestra's file. */
export function orchestraFields(): string {
  const rows = leaves(jsonSchema(declarationSchema)).map(([key, field]) => [
    code(key),
    typeOf(field),
    meaning(key, field.english),
  ])
  return table(['key', 'type', 'meaning'], rows)
}

/** The keys of `.github/orchestras.yml`, with what holds when they are left out. */
export function settingsFields(): string {
  const defaults = written(DEFAULT_SETTINGS)
  const rows = leaves(jsonSchema(settingsSchema)).map(([key, field]) => [
    code(key),
    typeOf(field),
    defaultOf(defaults, key),
    meaning(key, field.description),
  ])
  return table(['key', 'type', 'default', 'meaning'], rows)
}

/** The settings as they would stand in the file; what is null there is left out. */
export function written({
  promiseMinutes,
  waitMinutes,
  publishPage,
  ...rest
}: Settings): Record<string, unknown> {
  const { counts } = rest
  const named = ({ schema, table: name }: Table) => `${schema}.${name}`
  return {
    ...rest,
    counts: { musicians: named(counts.musicians), projects: named(counts.projects) },
    promise: duration(promiseMinutes),
    wait: duration(waitMinutes),
    page: { publish: publishPage },
  }
}

function duration(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

function jsonSchema(schema: z.ZodType): Field {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Field
}

/** Every key that holds a value, with the keys around it: `mail.to`. A key (JWK) is a value. */
function leaves({ properties = {} }: Field, path = ''): [string, Field][] {
  return Object.entries(properties).flatMap(([key, field]): [string, Field][] =>
    field.properties ? leaves(field, `${path}${key}.`) : [[`${path}${key}`, field]],
  )
}

function typeOf({ type, enum: choices, items, minimum, maximum }: Field): string {
  if (choices) return choices.map(code).join(', ')
  if (type === 'array') return `list of ${items?.type === 'object' ? 'keys' : 'texts'}`
  if (type === 'object') return 'key'
  if (type === 'boolean') return '`true` or `false`'
  if (type === 'number') return `number, ${minimum}–${maximum}`
  return 'text'
}

function defaultOf(defaults: object, key: string): string {
  const value = key
    .split('.')
    .reduce<unknown>((inner, part) => (inner ? Reflect.get(Object(inner), part) : inner), defaults)
  if (value === undefined) throw new TypeError(`nothing is known of the default of ${key}`)
  if (value === null) return 'none'
  if (!Array.isArray(value)) return code(String(value))
  return value.length === 0 ? 'none' : value.map((one) => code(String(one))).join(', ')
}

function meaning(key: string, text: string | undefined): string {
  if (!text) throw new TypeError(`the schema does not say in English what ${key} means`)
  return text
}
