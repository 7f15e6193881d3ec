import type { Catalogue } from '../language/catalogue.ts'
import type { View } from '../view.ts'
import type { Page } from './model.ts'

/** What every part of the page is rendered from. */
export interface Shown {
  readonly page: Page
  readonly view: View
  readonly say: Catalogue
}
