import type { Rule, RuleValues } from '../../registry/problem.ts'
import type { FormFault } from '../proposal.ts'
import type { Said } from './catalogue.ts'

/** What is said to somebody who asks for a new orchestra by an issue. */
export interface ProposalWords {
  readonly ready: (slug: string) => string
  readonly refused: (count: number) => string
  readonly noForm: Said
  readonly notAllowed: Said
  readonly occupied: { readonly [W in 'foreign' | 'touched']: (branch: string) => Said }
  readonly closed: string
  readonly failed: string
  readonly failedNext: string
  /** To stand in a link. */
  readonly open: string
  readonly openNext: string
  readonly openAt: string
  readonly goOn: (pull: number) => string
  readonly goOnNext: string
  readonly howToEdit: string
  readonly removed: (branch: string) => string
  readonly kept: (branch: string) => string
  readonly fields: {
    readonly name: string
    readonly slug: string
    readonly forEver: string
    readonly where: string
    readonly monthly: (cost: string) => string
    readonly file: string
  }
  readonly unread: { readonly [F in FormFault]: Said }
  readonly noSlug: Said
  readonly slugTaken: (slug: string) => Said
  /** For rules whose own way out speaks of lines and files: the same in terms of the form. */
  readonly wayOuts: { readonly [R in Rule]?: (values: RuleValues[R]) => string }
  /** What the prefilled pull request says. */
  readonly pull: { readonly title: (slug: string) => string; readonly text: (issue: number) => string }
  /** On the terminal, of an issue that bears no label of ours. */
  readonly notAsked: (issue: number, label: string) => string
}
