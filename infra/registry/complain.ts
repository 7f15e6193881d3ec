import { z } from 'zod'
import type { Complaint, Problem } from './problem.ts'
import { kindOf, type Tree } from './yaml/tree.ts'
import type { ValueKind } from './yaml/words.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

const SECRET_KEY = /pass(?:word|wd|phrase)?$|lösenord|secret|token|api_?key|service_?role/i

/** Tells zod what is wrong in the registry's own terms. `path` is relative to the value being looked at. */
export function complain(context: z.core.$RefinementCtx, complaint: Complaint, path: Path = []): void {
  context.addIssue({ code: 'custom', message: complaint.rule, path: [...path], params: { complaint } })
}

/** A mapping with these keys and no others. */
export function mapping<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  // zod's issue names the unknown keys only; the message is free to carry the known ones.
  const known = Object.keys(shape).join(' ')
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined),
  })
}

/** What zod found, as problems placed in the file. */
export function problemsOf(tree: Tree, error: z.ZodError): Problem[] {
  return error.issues
    .filter((issue) => !tree.isUnusable(issue.path))
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? unknownKeys(tree, issue) : problemOf(tree, issue),
    )
}

/** What is left of a mapping when every key with something wrong in it is taken away. */
export function soundPart(value: unknown, error: z.ZodError): Record<string, unknown> {
  const bad = new Set(
    error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1),
    ),
  )
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.filter(([key]) => !bad.has(key)))
}

function problemOf(tree: Tree, issue: Issue): Problem[] {
  const place = tree.placeOf(issue.path)
  if (issue.code === 'custom') {
    const complaint: Complaint | undefined = issue.params?.complaint
    if (complaint) return [{ ...place, ...complaint }]
  }
  const key = keyOf(issue.path)
  if (tree.exactPlaceOf(issue.path) === null) return [{ ...place, rule: 'value-missing', values: { key } }]
  const value = valueAt(tree.value, issue.path)
  const found = kindOf(value)
  if (found === 'nothing') return [{ ...place, rule: 'value-empty', values: { key } }]
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const allowed = issue.values.map(String)
    return [{ ...place, rule: 'bad-choice', values: { key, value, allowed } }]
  }
  return [{ ...place, rule: 'wrong-type', values: { key, expected: expectedKind(issue), found } }]
}

function unknownKeys(tree: Tree, issue: Issue & { code: 'unrecognized_keys' }): Problem[] {
  const allowed = issue.message.split(' ')
  return issue.keys.flatMap((key): Problem[] => {
    const path = [...issue.path, key]
    const place = tree.keyPlaceOf(path)
    const unknown: Problem = {
      ...place,
      rule: 'unknown-key',
      values: { key, allowed, meant: nearest(key, allowed) },
    }
    const secret = SECRET_KEY.test(key) && kindOf(valueAt(tree.value, path)) === 'text'
    return secret ? [{ ...place, rule: 'secret-in-file', values: { kind: 'password' } }] : [unknown]
  })
}

function expectedKind(issue: Issue): ValueKind {
  if (issue.code !== 'invalid_type') return 'text'
  return KINDS[issue.expected] ?? 'text'
}

/** zod's names for kinds of values, in ours. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'mapping',
  record: 'mapping',
}

function keyOf(path: Path): string {
  return path.filter((part) => typeof part === 'string').join('.')
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  )
}

/** The key that was meant, when the difference is case, hyphens or one letter. */
function nearest(key: string, allowed: readonly string[]): string | null {
  const bare = key.toLowerCase().replace(/[^a-z]/g, '')
  return allowed.find((other) => withinOneLetter(bare, other.toLowerCase())) ?? null
}

function withinOneLetter(a: string, b: string): boolean {
  if (a === b) return true
  if (a.length > b.length) return withinOneLetter(b, a)
  if (b.length - a.length > 1 || a.length < 2) return false
  let index = 0
  while (index < a.length && a[index] === b[index]) index++
  return a.slice(a.length === b.length ? index + 1 : index) === b.slice(index + 1)
}
