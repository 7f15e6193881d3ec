import type { PullRequestWords } from '../pull-request.ts'

const orchestras = (count: number) => `${count} ${count === 1 ? 'orchestra' : 'orchestras'}`

export const pullRequest: PullRequestWords = {
  refused: (count) => `❌ Cannot be merged: ${count} ${count === 1 ? 'problem' : 'problems'}`,
  fine: (created, adopted) =>
    created + adopted === 0
      ? '✅ No new databases'
      : `✅ ${[
          created > 0 ? `${created} new ${created === 1 ? 'database' : 'databases'}` : '',
          adopted > 0 ? `${adopted} existing ${adopted === 1 ? 'database' : 'databases'} taken over` : '',
        ]
          .filter(Boolean)
          .join(', ')}`,
  nothing: 'Nothing changes for any orchestra.',
  created: (count, monthly) =>
    `${orchestras(count)} will get a new database${monthly === null ? '' : `, together about ${monthly} USD a month`}:`,
  adopted: (count) =>
    `${orchestras(count)} will get a project that exists already (nothing is created, but it is taken over):`,
  changed: (count) => `${orchestras(count)} will change:`,
  resized: (count, monthly) =>
    `${orchestras(count)} will get another size: the database restarts and is away for some minutes${
      monthly === null
        ? ''
        : `, and the cost ${
            monthly === 0
              ? 'stays about the same'
              : `${monthly > 0 ? 'rises' : 'falls'} by about ${Math.abs(monthly)} USD a month`
          }`
    }:`,
  paused: (count) =>
    `${orchestras(count)} will be paused: the database rests with its data kept, nobody can log in, and it is not proven meanwhile:`,
  woken: (count) => `${orchestras(count)} will be woken from ${count === 1 ? 'its' : 'their'} pause:`,
  mended: (count) => `${orchestras(count)} had a file that could not be read; what changed cannot be told:`,
  replaced: (count) =>
    `${orchestras(count)} will have another database in place of the old one, after a restore or a move. The new one must be the orchestra's own; the old one is left as it is:`,
  retiring: (count) =>
    `${orchestras(count)} will be announced for retirement. Nothing is deleted yet: the next pull request does that, the one that removes the file. Before that, a copy of the database is kept, accounts included. Removing the line retire again cancels it:`,
  unretired: (count) => `${orchestras(count)} will not be retired any more:`,
  deleted: (count) =>
    `⚠️ ${orchestras(count)} will be retired. THE DATABASE IS DELETED, once a copy is kept and checked. That cannot be undone:`,
  removed: (count) => `${orchestras(count)} will lose the file. No database is deleted for that:`,
  migrations: (count, databases, canary) =>
    `${count} new ${count === 1 ? 'migration runs' : 'migrations run'} in every orchestra’s database (${databases} exist already), ${canary ? `${canary} first` : 'one first and then the others'}:`,
  same: (count) => `${orchestras(count)} ${count === 1 ? 'stays' : 'stay'} as before.`,
  organization: (from, to) => `The organization changes from ${from} to ${to}: that concerns all orchestras.`,
  otherFiles: (count) =>
    `${count} ${count === 1 ? 'file' : 'files'} besides the orchestras’ ${count === 1 ? 'changes' : 'change'}. That needs a code owner’s review.`,
  workflows:
    'The workflows change: then this check is the change’s own, and what it says proves nothing. Approve only after a code owner’s review.',
  monthly: 'About a month',
  size: 'Size',
  aboutMonthly: (monthly) => `$${monthly}`,
  costNote: ({ source, asOf, plan, planMonthly, credit }) =>
    `The server’s price by ${source}, ${asOf}. Besides it come the plan (${plan}: ${planMonthly} USD a month for the whole organization, of which ${credit} USD are credited to the servers), disk and traffic.`,
  fields: {
    name: 'name',
    ref: 'the database’s ref',
    region: 'region',
    size: 'size',
    admins: 'administrators',
    domains: 'login domains',
    contact: 'contact',
    paused: 'paused',
    replaces: 'replaces',
    retire: 'announced for retirement',
  },
  nobody: 'nothing',
  more: (count) => `… and ${count} more.`,
  problems: 'Problems in the files',
  applyRefuses: 'The apply would refuse this',
}
