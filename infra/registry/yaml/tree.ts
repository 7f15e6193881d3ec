import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml'
import type { Complaint, Place, Problem } from '../problem.ts'
import type { ValueKind } from './words.ts'

type Path = readonly PropertyKey[]

/** Deeper than any file that follows the schema, shallow enough to recurse. */
const MOST_LEVELS = 12

/** A YAML document as plain values that remembers where each key and value stands. */
export class Tree {
  readonly problems: Problem[] = []
  readonly value: unknown
  readonly #file: string
  readonly #lines: LineCounter
  readonly #values = new Map<string, Place>()
  readonly #keys = new Map<string, Place>()
  readonly #unusable = new Set<string>()

  constructor(file: string, lines: LineCounter, contents: Node) {
    this.#file = file
    this.#lines = lines
    this.value = this.#plain(contents, ROOT, 0, { file, line: 1, column: 1 })
  }

  /** Where the value at this path stands, or the nearest thing around it. */
  placeOf(path: Path): Place {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#values.get(idOf(path.slice(0, length)))
      if (place) return place
    }
    return { file: this.#file, line: 1, column: 1 }
  }

  /** Where the value at this path stands; null when the file does not have it. */
  exactPlaceOf(path: Path): Place | null {
    return this.#values.get(idOf(path)) ?? null
  }

  keyPlaceOf(path: Path): Place {
    return this.#keys.get(idOf(path)) ?? this.placeOf(path)
  }

  /** True where the YAML itself was refused, so that complaining of its value would only confuse. */
  isUnusable(path: Path): boolean {
    return path.some((_, index) => this.#unusable.has(idOf(path.slice(0, index + 1))))
  }

  /** `around`: what stands nearest, for a node that has no place of its own. */
  #plain(node: unknown, id: string, level: number, around: Place): unknown {
    const here = this.#placeOfNode(node) ?? around
    if (isNode(node)) this.#register(node, id, here)
    if (isScalar(node)) return node.value
    if (level > MOST_LEVELS) {
      this.#refuse(here, { rule: 'yaml-syntax', values: { fault: 'nesting' } })
      this.#unusable.add(id)
      return null
    }
    if (isMap(node)) return this.#mapping(node.items, id, level, here)
    if (isSeq(node))
      return node.items.map((item, index) => this.#plain(item, within(id, index), level + 1, here))
    return null
  }

  #mapping(pairs: readonly Pair[], id: string, level: number, here: Place): Record<string, unknown> {
    const mapping: Record<string, unknown> = {}
    const first = new Map<string, Place>()
    for (const pair of pairs) {
      const key = nameOf(pair.key)
      const place = this.#placeOfNode(pair.key) ?? here
      const earlier = first.get(key)
      if (isScalar(pair.key) || isAlias(pair.key)) this.#refuseFeatures(pair.key, place)
      if (earlier) {
        this.#refuse(place, { rule: 'duplicate-key', values: { key, first: earlier } })
        continue
      }
      first.set(key, place)
      if (key === '<<') {
        this.#refuse(place, { rule: 'yaml-feature', values: { feature: 'merge' } })
        continue
      }
      const child = within(id, key)
      this.#keys.set(child, place)
      if (!isNode(pair.value)) this.#values.set(child, place)
      const value = this.#plain(pair.value, child, level + 1, place)
      // A plain assignment of the key `__proto__` would be lost, and pass unseen.
      if (key === '__proto__') Object.defineProperty(mapping, key, { value, enumerable: true })
      else mapping[key] = value
    }
    return mapping
  }

  #register(node: Node, id: string, place: Place): void {
    this.#values.set(id, place)
    this.#refuseFeatures(node, place)
    if (isAlias(node)) this.#unusable.add(id)
  }

  #refuseFeatures(node: Node, place: Place): void {
    const refuse = (feature: 'alias' | 'anchor' | 'tag'): void =>
      this.#refuse(place, { rule: 'yaml-feature', values: { feature } })
    if (isAlias(node)) refuse('alias')
    else if ('anchor' in node && node.anchor !== undefined) refuse('anchor')
    if ('tag' in node && node.tag !== undefined) refuse('tag')
  }

  #placeOfNode(node: unknown): Place | undefined {
    const offset = isNode(node) ? node.range?.[0] : undefined
    if (offset === undefined) return undefined
    const { line, col } = this.#lines.linePos(offset)
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) }
  }

  #refuse(place: Place, complaint: Complaint): void {
    this.problems.push({ ...place, ...complaint })
  }
}

/** What kind of value this is, for telling what was found instead of what was expected. */
export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number' || typeof value === 'bigint') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'object' ? 'mapping' : 'other'
}

function nameOf(key: unknown): string {
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : String(key.source ?? key.value ?? '')
  if (isAlias(key)) return `*${key.source}`
  return '?'
}

/** Paths as text, each step behind a mark. */
const ROOT = ''

function within(id: string, step: PropertyKey): string {
  return `${id}\u0000${String(step)}`
}

function idOf(path: Path): string {
  return path.reduce<string>(within, ROOT)
}
