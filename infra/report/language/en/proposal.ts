import type { ProposalWords } from '../proposal-words.ts'
import { shown } from '../quote.ts'

const EMPTY = 'Empty the field, and the orchestra gets a new database.'

export const proposal: ProposalWords = {
  ready: (slug) => `Checked: ${slug} can be added`,
  refused: (count) => `${count} ${count === 1 ? 'thing' : 'things'} to put right first`,
  noForm: {
    message: 'The form’s headings are gone from this issue',
    wayOut: 'Close this issue and fill in the form “New orchestra” again (Issues → New issue).',
  },
  notAllowed: {
    message: 'Thank you! But a new orchestra is added by somebody who may write to the repository',
    wayOut: 'Ask a superadmin to fill in the same form. Nothing was created.',
  },
  occupied: {
    foreign: (branch) => ({
      message: `The branch ${branch} is there already and is not of this issue`,
      wayOut:
        'If there is another issue or pull request for the same orchestra, go on there and close this one. Otherwise choose another short name, or ask a superadmin to remove the branch. Nothing was written to it.',
    }),
    touched: (branch) => ({
      message: `Somebody has changed the branch ${branch} by hand`,
      wayOut:
        'Make the other changes there, or remove the branch and edit the issue. Nothing was overwritten.',
    }),
  },
  closed: 'The issue is closed: nothing waits to be added',
  failed: 'The issue could not be checked',
  failedNext:
    'Nothing was added. Edit the issue and save it to try again; the superadmins see under Actions what happened.',
  open: 'Open the pull request',
  openNext:
    'Press **Create pull request** on the page that comes. The checks begin then, and a comment shows what will be created. Another person reviews and approves. When the issue is edited, this is done anew.',
  openAt: 'Open the pull request',
  goOn: (pull) => `Pull request ${pull} is open`,
  goOnNext: 'The file in it is as the issue says. Checks and review go on there.',
  howToEdit:
    'Choose **Edit** in the menu (···) at the top of the issue, put it right below its heading, and save. The headings have to stay. The check runs again by itself, and this answer changes.',
  removed: (branch) => `The branch ${branch}, which this issue needs no more, is removed.`,
  kept: (branch) =>
    `The branch ${branch} is of this issue but no longer agrees with it. It stays, for it has an open pull request or somebody’s own changes: close and remove it by hand.`,
  fields: {
    name: 'Name',
    slug: 'Short name',
    forEver: 'It never changes, nor does the region.',
    where: 'Where, and how large',
    monthly: (cost) => `about ${cost} a month`,
    file: 'The file',
  },
  unread: {
    doubled: {
      message: 'The heading stands more than once.',
      wayOut: 'Keep it once, with the answer below, and remove the rest.',
    },
    'several-lines': {
      message: 'There is more than one line here.',
      wayOut: 'Write the answer on a single line, and remove other text below the heading.',
    },
    'too-long': { message: 'The answer is far too long.', wayOut: 'Write only what the heading asks for.' },
  },
  noSlug: {
    message: 'The name has too few letters a–z to become a short name.',
    wayOut: 'Write a short name yourself: lower-case letters a–z, digits and hyphens, such as malmo.',
  },
  slugTaken: (slug) => ({
    message: `There is an orchestra with the short name ${shown(slug)} already.`,
    wayOut:
      'If it is the same orchestra, it is there already. Otherwise write another short name, with the town for example.',
  }),
  wayOuts: {
    'bad-slug': ({ suggestion }) =>
      suggestion === null
        ? 'Write another, such as malmo, or empty the field, and it is made of the name.'
        : `Write ${suggestion}, or empty the field, and it is made of the name.`,
    'bad-ref': () => `Copy it from Supabase: Project Settings → General → Project ID. ${EMPTY}`,
    'shared-ref': () =>
      `Every orchestra is to have a database of its own. ${EMPTY} Otherwise look up in Supabase whose ref it is.`,
    'ref-claimed-before': () => `${EMPTY} A ref never goes on to another orchestra.`,
    'ref-differs-from-ledger': () => `${EMPTY} Or write the ref that the ledger has.`,
    'shared-name': () =>
      'If it is the same orchestra, it is there already. Otherwise tell the names apart, with the town for example.',
    'shared-admin': () => 'Write a role address that is the orchestra’s own.',
    'secret-in-file': () =>
      'Change it in Supabase: removing it here is not enough, for it stays in the issue’s history. Then write only what the heading asks for.',
  },
  pull: {
    title: (slug) => `New orchestra: ${slug}`,
    text: (issue) =>
      `Closes #${issue}\n\nThe form in the issue made the file. What is created, where and at what cost stands in the comment that follows.`,
  },
  notAsked: (issue, label) => `Issue ${issue} does not bear the label ${label}: nothing was done.`,
}
