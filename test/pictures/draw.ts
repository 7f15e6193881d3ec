import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { AT } from '../report/runs.ts'
import type { Picture } from './pictures.ts'

const FONT = fileURLToPath(
  import.meta.resolve('@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2'),
)

/** The picture's source in the browser, four minutes after the run that it shows. */
export async function open(browser: Browser, { source, width, mostHeight }: Picture): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: mostHeight },
    colorScheme: 'light',
    // The font for emoji comes from outside; the page itself lets nothing in.
    bypassCSP: true,
  })
  const page = await context.newPage()
  await page.clock.setFixedTime(new Date(AT.getTime() + 4 * 60_000))
  await page.setContent(source)
  return page
}

/** What is seen of it, as a PNG. */
export async function draw(browser: Browser, picture: Picture): Promise<Buffer> {
  const page = await open(browser, picture)
  await withEmoji(page)
  const height = Math.min(picture.mostHeight, Number(await page.evaluate('document.body.offsetHeight')))
  const shot = await page.screenshot({ clip: { x: 0, y: 0, width: picture.width, height } })
  await page.context().close()
  return shot
}

/** Machines without a font for emoji show gaps in their places. */
async function withEmoji(page: Page): Promise<void> {
  const font = await readFile(FONT, 'base64')
  await page.addStyleTag({
    content: `@font-face {
      font-family: Emoji; src: url(data:font/woff2;base64,${font});
      unicode-range: U+23E9-23FA, U+2600-27BF, U+FE0F, U+1F300-1FAFF;
    }`,
  })
  await page.evaluate(`document.fonts.load('1rem Emoji', '❌')`)
  await page.evaluate(
    `document.body.style.fontFamily = 'Emoji, ' + getComputedStyle(document.body).fontFamily`,
  )
}
