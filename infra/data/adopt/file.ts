import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Document } from 'yaml'
import { ControlError } from '../../errors.ts'
import type { Ref } from '../../registry/orchestra.ts'
import type { Settings } from '../../registry/settings.ts'

const SCHEMA = '# yaml-language-server: $schema=./schema.json\n'

/** What is known of a project that exists. */
interface Known {
  readonly name: string
  readonly ref: Ref
  readonly region: string
  readonly size: string | null
}

/**
 * The text of a declaration. The size is written also where it is the settings' own: whoever changes those later
 * means new databases, not to resize one that was there before.
 */
export function declarationText(
  { name, ref, region, size }: Known,
  defaults: Pick<Settings['defaults'], 'region'>,
): string {
  const said = {
    name,
    ref,
    ...(region === defaults.region ? {} : { region }),
    ...(size === null ? {} : { size }),
  }
  return fileText(said)
}

/** A declaration that says this, as the text of its file. */
export function fileText(said: Readonly<Record<string, unknown>>): string {
  return SCHEMA + new Document(said).toString({ lineWidth: 0 })
}

/**
 * Writes a new file, never over one that is there, and never through a link.
 * @returns false where there is one
 * @throws ControlError `file-failed`
 */
export async function writeNew(folder: string, name: string, text: string): Promise<boolean> {
  const path = join(folder, name)
  try {
    const file = await open(path, 'wx', 0o644)
    await file.writeFile(text).finally(() => file.close())
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    const detail = error instanceof Error ? error.message : String(error)
    throw new ControlError('file-failed', { file: path, detail }, { cause: error })
  }
}
