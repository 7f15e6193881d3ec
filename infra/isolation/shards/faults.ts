/** Why a part of the evidence is not believed. */
export type ShardFault =
  | 'missing'
  | 'doubled'
  | 'old'
  | 'future'
  | 'malformed'
  | 'count'
  | 'source'
  | 'organization'
  | 'commit'
  | 'run'
  | 'registry'
  | 'depth'

/** A part of the evidence that cannot be used. */
export interface UnusableShard {
  /** From 1; null where its file does not tell. */
  readonly shard: number | null
  /** Of how many parts. */
  readonly of: number
  /** The file's own name; null where there is none. */
  readonly file: string | null
  readonly why: ShardFault
  readonly detail: string
}
