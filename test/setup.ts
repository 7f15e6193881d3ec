import { installEngine } from '../infra/engine/install.ts'
import { catalogues } from '../infra/report/language/index.ts'

/** The real engine is there before the first test: on a new machine it is installed now, and says how far it is. */
export default async function setup(): Promise<void> {
  const { progress } = catalogues.en.words
  await installEngine({
    env: process.env,
    onProgress: (event) => {
      if (event.kind !== 'engine') return
      if (event.code === 'engine-downloading') console.log(progress.engineDownloading)
      if (event.code === 'engine-building') console.log(progress.engineBuilding(event.seconds))
    },
  })
}
