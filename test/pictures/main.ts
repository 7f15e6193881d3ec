import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogues } from '../../infra/report/language/index.ts'
import { launch } from '../report/browser.ts'
import { draw } from './draw.ts'
import { digestOf, FOLDER, pictures } from './pictures.ts'
import { withDigest } from './png.ts'

// Writes the README's pictures anew: `npm run pictures`.
const browser = await launch()
try {
  await mkdir(FOLDER, { recursive: true })
  for (const picture of await pictures(catalogues.sv)) {
    const png = withDigest(await draw(browser, picture), digestOf(picture))
    const file = join(FOLDER, `${picture.name}.png`)
    await writeFile(file, png)
    console.log(`${file}: ${Math.ceil(png.length / 1000)} kB`)
  }
} finally {
  await browser.close()
}
