import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/** The npm package carries a Chromium for this platform; on others an installed Chrome does as well, if there is one. */
const CARRIED = process.platform === 'linux' && process.arch === 'x64'

/**
 * A real Chromium: from the package with the libraries it needs beside it, so that a new machine has it by
 * `npm ci` alone; elsewhere the Chrome that is installed.
 * @throws where there is none
 */
export async function launch(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ]
  if (!CARRIED) return chromium.launch({ channel: 'chrome', args })
  const folder = await mkdtemp(join(tmpdir(), 'orchestras-chromium-'))
  const { executablePath, env } = await unpack(folder)
  const fonts = join(folder, 'fonts.conf')
  await writeFile(fonts, fontsIn(folder))
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--no-zygote'],
    env: { ...env, FONTCONFIG_FILE: fonts },
  })
  browser.on('disconnected', () => rmSync(folder, { recursive: true, force: true }))
  return browser
}

/**
 * A browser, or null where this machine has none, which is said.
 * @throws where the package carries one, and where CI says that nothing may be left out
 */
export async function launchIfAny(): Promise<Browser | null> {
  try {
    return await launch()
  } catch (error) {
    if (CARRIED || process.env.CI === 'true') throw error
    console.warn(
      `no browser on this ${process.platform} ${process.arch}: install Chrome to run what needs one`,
    )
    return null
  }
}

/** The package's own file names folders of other machines only; without any font the browser dies. */
function fontsIn(folder: string): string {
  const folders = [join(folder, 'fonts', 'fonts'), '/usr/share/fonts'].map((one) => `<dir>${one}</dir>`)
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders.join('')}<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`
}

/** The package unpacks into the folder for temporary files, and its libraries only where it takes itself for a lambda. */
async function unpack(folder: string) {
  const before = { ...process.env }
  process.env.TMPDIR = folder
  process.env.AWS_LAMBDA_JS_RUNTIME = '24.x'
  try {
    const { default: carried } = await import('@sparticuz/chromium')
    carried.setGraphicsMode = false
    const executablePath = await carried.executablePath()
    const { TMPDIR: _, ...env } = process.env
    return {
      executablePath,
      env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value ?? ''])),
    }
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key]
    Object.assign(process.env, before)
  }
}

/** A server of pages on this machine, each at the path of its name. */
export async function serve(
  pages: ReadonlyMap<string, string>,
): Promise<{ origin: string; close: () => Promise<void> }> {
  const server: Server = createServer((request, answer) => {
    const page = pages.get((request.url ?? '').slice(1))
    answer.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    answer.end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
