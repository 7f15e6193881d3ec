import { firstFew } from '../../told.ts'
import type { Catalogue } from '../catalogue.ts'
import { shown } from '../quote.ts'
import { stockholm } from '../time.ts'
import { plan } from './plan.ts'
import { unseen, why } from './why.ts'

/** Versions come from databases, too. */
const counted = (versions: readonly string[], what: string) =>
  versions.length === 0 ? '' : `${versions.length} ${what} (${firstFew(versions.map(shown))})`

export const findings: Catalogue['findings'] = {
  'shared-ref': ({ ref }) => ({
    message: `Several orchestras claim the same database, ${ref}.`,
    wayOut: 'Give each orchestra its own ref: correct the file that is wrong in a pull request.',
  }),
  'shared-server': ({ systemId, startedAt, sameDatabase }) => ({
    message: `The same database server answers through both refs (system identifier ${systemId}, started ${stockholm(startedAt, 'en')}${sameDatabase ? ', same database' : ''}).`,
    wayOut: 'Stop using one of the refs now. Point it at a database of its own, then verify again.',
  }),
  'shared-locks': () => ({
    message: 'A lock held through one ref was seen through the other: they reach the same server.',
    wayOut: 'Treat it as a shared database: stop one of them and give it a project of its own.',
  }),
  'foreign-nameplate': ({ bears, restored }) => ({
    message: restored
      ? `The database is a clone or restore of the orchestra's own database ${restored}: it still bears the nameplate for that one.`
      : `The database bears a nameplate that we signed for another: ${bears.map((plate) => `${plate.slug} (${plate.ref})`).join(', ')}.`,
    wayOut: restored
      ? `If it is to take the place of ${restored}: write “replaces: ${restored}” below ref in the orchestra's file, by a pull request. The next apply then changes the plate. Else the file must have the old ref.`
      : 'It is shared, or a copy or restore of that database. Let nobody log in until it is known which.',
  }),
  'shared-trust': ({ by, what }) => ({
    message:
      by === 'key'
        ? `The projects sign with the same key (${what}): a token for one opens the other.`
        : `The projects trust the same outside issuer (${what}).`,
    wayOut:
      by === 'key'
        ? 'Rotate the signing key of one of them and revoke the old one.'
        : 'Remove the issuer from one of them, or allow it in the settings (allow.issuers) if it is meant so.',
  }),
  'cross-link': ({ kind, link, target }) => ({
    message: `A ${kind === 'subscription' ? 'subscription' : 'foreign server'} named "${link}" leads into the other orchestra's database (${target}).`,
    wayOut: 'Drop it in the database, and change the password that it used.',
  }),
  'ref-drift': ({ declared, recorded, live }) => ({
    message: `File, state and Supabase do not name the same database: file ${declared ?? '–'}, state ${recorded ?? '–'}, Supabase ${live ?? '–'}.`,
    wayOut: 'Find out which one holds the data. Put the file back, or rename the project that is not it.',
  }),
  'wrong-organization': ({ organization }) => ({
    message: `The project has left our organization and now belongs to "${organization}".`,
    wayOut: 'Transfer it back in the Supabase dashboard, and find out who moved it.',
  }),
  stranger: ({ ref, name, status, was }) =>
    was === null
      ? {
          message: `The project "${name}" (${ref}, ${status}) belongs to no orchestra.`,
          wayOut:
            'Delete it if it is left over, declare it, or explain it in the settings (allow.strangers).',
        }
      : {
          message: `The project "${name}" (${ref}, ${status}) is a former database of ${was}, with what it held then.`,
          wayOut:
            'Leave it until a move has ended (complete). Once nobody needs it: delete it at Supabase. If it is to stay: write its ref under allow.strangers in .github/orchestras.yml.',
        },
  'schema-drift': (values) =>
    values.what === 'versions'
      ? {
          message: `The database does not have the same migrations as the files: ${[counted(values.missing, 'missing'), counted(values.unknown, 'unknown')].filter(Boolean).join(', ')}.`,
          wayOut:
            'What is missing is run by the next apply: npm run provision; if it will not, it says why. What is unknown was run in the database by somebody else.',
        }
      : {
          message: `The database has the same migrations as ${values.from}’s, but the tables of the schema public look different.`,
          wayOut:
            'Compare them: supabase db diff --linked. If the difference is meant, make it a migration for all; else remove it.',
        },
  'ledger-drift': ({ ledger, actual }) => ({
    message: `The published ledger says ${ledger}, the database in use is ${actual ?? '–'}.`,
    wayOut: 'The ledger is made anew by the next apply; if it stays so, look at who wrote it.',
  }),
  'shared-lineage': ({ systemId, orchestras }) => ({
    message: `${orchestras} databases were born from the same image (system identifier ${systemId}). That is how the platform makes them.`,
    wayOut: 'Nothing to do.',
  }),
  symmetric: () => ({
    message: 'The project signs its tokens with a shared secret, which cannot be compared from outside.',
    wayOut: 'Change to asymmetric signing keys in the project’s settings.',
  }),
  uncounted: () => ({
    message: 'Musicians and productions could not all be counted: a table is missing or locked.',
    wayOut: 'Nothing for the isolation; the tables come with the orchestra’s migrations.',
  }),
  paused: () => ({
    message: 'The orchestra is declared paused: its database is not proven while it rests.',
    wayOut: 'Remove "paused" from the file when it is to be used again.',
  }),
  pending: ({ why: status }) => ({
    message: `The orchestra is new and not finished yet${status ? ` (${status})` : ''}.`,
    wayOut: 'The next apply finishes it.',
  }),
  missing: ({ ref }) => ({
    message: `The orchestra has no project at Supabase${ref ? ` (${ref} is gone, or our token may not see it)` : ''}.`,
    wayOut: 'Was it deleted or moved? Look in the dashboard before anything is applied.',
  }),
  unverified: ({ what, why: reason }) => ({
    message: `${unseen[what]} could not be looked at: ${why(reason)}.`,
    wayOut:
      reason.code === 'paused'
        ? 'The next apply wakes it: npm run provision. If it is to rest, write "paused: true" in the file.'
        : 'Run the verification again. If it stays so, look at the project in the dashboard.',
  }),
  'unread-link': ({ kind, link, target }) => ({
    message: `It cannot be told where the ${kind === 'subscription' ? 'subscription' : 'foreign server'} "${link}" leads${target ? ` (${target})` : ''}.`,
    wayOut:
      'Ask the orchestra what it is for. Drop it, or allow its host, or "slug/link", in the settings (allow.links).',
  }),
  unplated: () => ({
    message: 'The database bears no nameplate.',
    wayOut: 'The next apply plates it: npm run provision.',
  }),
  tampered: ({ rows }) => ({
    message: `The database bears nameplates that are not signed by us (${rows}).`,
    wayOut: 'The next apply puts the right one back. Ask who may write to the schema "control".',
  }),
  'unread-declaration': ({ file }) => ({
    message: `${file} cannot be read: it may claim a database that nobody knows of.`,
    wayOut: 'Mend the file: npm run validate-orchestras says what is wrong.',
  }),
  undeclared: ({ slug, ref, announced }) =>
    announced
      ? {
          message: `The file of ${slug} is gone, as was announced, but its database (${ref}) is still there.`,
          wayOut:
            'The next apply deletes it, or says what holds it: npm run provision. While an incident stands it may not: then put the file back with "retire" still in it, and remove it once the incident has ended.',
        }
      : {
          message: `The file of ${slug} is gone, but its database (${ref}) is still there.`,
          wayOut: 'Put the file back. To end an orchestra, write "retire" in it first.',
        },
  unlisted: ({ why: reason }) => ({
    message: `The organization’s projects could not be listed: ${why(reason)}.`,
    wayOut: 'Check the token and its permissions, then run the verification again.',
  }),
  'unusable-evidence': ({ shard, of, file, why: fault, detail }) => ({
    message: `Part ${shard === null ? `(${shown(file ?? '')})` : `${shard}/${of}`} of the evidence cannot be used: ${plan.faults[fault](shown(detail))}.`,
    wayOut: 'Run that part again, or the whole sweep, and merge the parts anew.',
  }),
  unproven: () => ({
    message: 'No orchestra was there to be proven.',
    wayOut: 'Provision them first: npm start on the sandbox, npm run provision for real.',
  }),
  'blind-rule': ({ rule }) => ({
    message: `The rule "${rule}" did not pass its self-test: this run proves nothing.`,
    wayOut: 'A fault in this program. Go back to the last version that worked and report it.',
  }),
}
