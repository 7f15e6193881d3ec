import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { ControlError } from '../../errors.ts'
import type { KeptFile } from './format.ts'
import type { Seal } from './seal.ts'

/** Characters of lines that are sealed together. */
const PART = 1_000_000

/**
 * Writes lines into a new file that only its owner reads, sealed where there is a seal, and on the disk for certain
 * when it returns.
 */
export async function writeLines(
  folder: string,
  name: string,
  batches: AsyncIterable<readonly string[]>,
  seal: Seal | null,
): Promise<KeptFile> {
  const file = seal === null ? `${name}.jsonl` : `${name}.jsonl.jwe`
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(join(folder, file), 'wx', 0o600)
  const write = async (text: string) => {
    const chunk = Buffer.from(text, 'utf8')
    hash.update(chunk)
    bytes += chunk.length
    await handle.appendFile(chunk)
  }
  try {
    let part = 0
    let waiting = ''
    for await (const lines of batches) {
      for (const line of lines) waiting += `${line}\n`
      if (waiting.length < PART) continue
      await write(seal === null ? waiting : `${await seal(waiting, file, part++)}\n`)
      waiting = ''
    }
    if (waiting !== '') await write(seal === null ? waiting : `${await seal(waiting, file, part++)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { file, bytes, sha256: hash.digest('hex') }
}

/** Reads the lines back. `unseal` for sealed files. @throws ControlError `dump-unusable` */
export async function* readLines(
  folder: string,
  { file }: KeptFile,
  unseal: Seal | null,
): AsyncGenerator<string> {
  let part = 0
  for await (const line of createInterface({ input: createReadStream(join(folder, file), 'utf8') })) {
    if (unseal === null) yield line
    else yield* (await opened(folder, unseal, line, file, part++)).split('\n').slice(0, -1)
  }
}

/** Refuses a file that is not on the disk as it was written. @throws ControlError `dump-unusable` */
export async function mustBeWhole(folder: string, { file, bytes, sha256 }: KeptFile): Promise<void> {
  const hash = createHash('sha256')
  let length = 0
  try {
    for await (const chunk of createReadStream(join(folder, file))) {
      hash.update(chunk)
      length += chunk.length
    }
  } catch (error) {
    throw unusable(folder, error instanceof Error ? error.message : file)
  }
  if (length !== bytes || hash.digest('hex') !== sha256) throw unusable(folder, `${file}: altered or cut`)
}

/** One line, in the shape that it must have. @throws ControlError `dump-unusable` */
export function lineIn<T>(folder: string, { file }: KeptFile, line: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(line))
  } catch {
    // never the line itself: it holds what people have written
    throw unusable(folder, `${file}: not understood`)
  }
}

export function unusable(folder: string, detail: string): ControlError {
  return new ControlError('dump-unusable', { folder, detail })
}

async function opened(
  folder: string,
  unseal: Seal,
  line: string,
  file: string,
  part: number,
): Promise<string> {
  try {
    return await unseal(line, file, part)
  } catch {
    throw unusable(folder, `${file}: part ${part} cannot be opened with this key`)
  }
}
