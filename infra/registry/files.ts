import { closeSync, constants, type Dirent, fstatSync, openSync, readSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { ControlError } from '../errors.ts'
import type { Complaint, Problem } from './problem.ts'
import { suggestSlug } from './slug.ts'

/** No orchestra needs a hundredth of this. */
export const MOST_BYTES = 64 * 1024

/** In the folder for people and editors; not declarations. */
const IGNORED = new Set(['schema.json', 'README.md'])

export interface Listing {
  /** Names ending in `.yaml`, in order. */
  readonly names: readonly string[]
  readonly problems: readonly Problem[]
}

/** What a file holds, or what keeps it from being read. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'refused'
      readonly complaint: Complaint
      readonly line?: number
      readonly column?: number
    }

/** What is in a folder. Throws when there is no such folder, or none that can be read. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new ControlError('file-failed', { file: folder, detail: error.message }, { cause: error })
  })
}

/** Looks through the folder without opening anything. */
export async function listFolder(folder: string): Promise<Listing> {
  const label = basename(folder)
  const entries = await entriesOf(folder)
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const names: string[] = []
  const problems: Problem[] = []
  for (const entry of entries) {
    const { name } = entry
    const complain = (complaint: Complaint): void => {
      problems.push({ file: `${label}/${name}`, line: 1, column: 1, ...complaint })
    }
    const ending = extname(name.startsWith('.') ? `x${name}` : name).toLowerCase()
    const declares = ending === '.yaml' || ending === '.yml'
    if (IGNORED.has(name) || (name.startsWith('.') && !declares)) continue
    if (entry.isSymbolicLink()) complain({ rule: 'file-link', values: { name } })
    else if (entry.isDirectory()) complain({ rule: 'file-in-folder', values: { name } })
    else if (!entry.isFile()) complain({ rule: 'file-special', values: { name } })
    else if (!name.endsWith('.yaml'))
      complain({ rule: 'file-ending', values: { name, suggestion: betterName(name) } })
    else names.push(name)
  }
  return { names, problems }
}

/** Where files of the usual limit are read into, one after the other: nothing waits between reading and decoding. */
const SCRATCH = Buffer.alloc(MOST_BYTES + 1)
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a file that may be anything: a link, a pipe, too large, no text. Never throws for what it finds. It waits for
 * the disk: a small file is read in a tenth of the time that handing it to another thread and back takes.
 */
export function readText(path: string, limit = MOST_BYTES): Content {
  try {
    // Not through links, and not waiting for anyone to write into a pipe.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(file)
      const name = basename(path)
      if (!stat.isFile()) return { kind: 'refused', complaint: { rule: 'file-special', values: { name } } }
      if (stat.size > limit) return tooLarge(stat.size, limit)
      const buffer = limit === MOST_BYTES ? SCRATCH : Buffer.alloc(limit + 1)
      const bytesRead = readSync(file, buffer, 0, limit + 1, 0)
      return bytesRead > limit ? tooLarge(bytesRead, limit) : decode(buffer.subarray(0, bytesRead))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
    if (code === 'ENOENT') return { kind: 'none' }
    if (code === 'ELOOP' || code === 'EMLINK') {
      return { kind: 'refused', complaint: { rule: 'file-link', values: { name: basename(path) } } }
    }
    return { kind: 'refused', complaint: { rule: 'file-unreadable', values: { cause: code } } }
  }
}

function tooLarge(bytes: number, limit: number): Content {
  return { kind: 'refused', complaint: { rule: 'file-too-large', values: { bytes, limit } } }
}

function decode(bytes: Buffer): Content {
  const utf16 =
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  if (utf16) return { kind: 'refused', complaint: { rule: 'file-encoding', values: { encoding: 'utf-16' } } }
  try {
    return { kind: 'text', text: UTF8.decode(bytes) }
  } catch {
    const sound = soundPart(bytes)
    const lines = sound.split('\n')
    const complaint: Complaint = { rule: 'file-encoding', values: { encoding: 'unknown' } }
    return { kind: 'refused', complaint, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  }
}

/** The text before the first byte that is not UTF-8. */
function soundPart(bytes: Buffer): string {
  return new TextDecoder('utf-8').decode(bytes).replace(/\uFFFD[\s\S]*$/, '')
}

function betterName(name: string): string | null {
  const slug = suggestSlug(name.slice(0, name.length - extname(name).length))
  return slug === undefined ? null : `${slug}.yaml`
}
