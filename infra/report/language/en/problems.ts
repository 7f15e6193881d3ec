import type { ValueKind, YamlFault, YamlFeature } from '../../../registry/yaml/words.ts'
import type { Catalogue } from '../catalogue.ts'
import { placed, shown } from '../quote.ts'
import { plan } from './plan.ts'

const q = (value: string): string => `“${shown(value)}”`
const list = (values: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(values)

const KINDS: Readonly<Record<ValueKind, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  mapping: 'a group of fields',
  nothing: 'nothing',
  other: 'something else',
}

const SAME = {
  ref: 'the ref is the same',
  login: 'the login is the same',
  name: 'the orchestra’s name is the same',
} as const

const KIND_HELP: Readonly<Record<ValueKind, string>> = {
  text: 'Put quotes around the value, and it is read as text.',
  number: 'Write a number, without quotes.',
  boolean: 'Write true or false, without quotes.',
  list: 'Write one value per line, with “- ” before it, indented below the field.',
  mapping: 'Write the fields on lines of their own, indented below this one.',
  nothing: 'Remove the line.',
  other: 'Remove the line.',
}

const FAULTS: Readonly<Record<YamlFault, readonly [message: string, wayOut: string]>> = {
  tab: ['The line is indented with a tab.', 'Indent with spaces; YAML does not accept tabs.'],
  indentation: [
    'The indentation does not agree with the lines above.',
    'Put fields that belong together right below each other, with the same number of spaces before them.',
  ],
  'missing-character': [
    'A closing quote, a bracket or a comma is missing.',
    'Close what was opened, here or on a line above.',
  ],
  colon: [
    'The line has a colon too many, so what is field and what is value cannot be told.',
    'Put quotes around the value if the colon belongs to it.',
  ],
  'no-key': [
    'The line is no field: the colon after the name of the field is missing.',
    'Write “field: value”.',
  ],
  escape: [
    'A backslash (\\) within double quotes means something else than it looks like.',
    "Write \\\\, or use single quotes ('…').",
  ],
  'first-character': [
    'The value begins with a character that has a meaning of its own in YAML (such as @, %, ` or |).',
    'Put quotes around the value.',
  ],
  nesting: ['The file has more levels than any file needs.', "Rewrite it after another orchestra's file."],
  other: [
    'The line cannot be read as YAML.',
    "Compare it with another orchestra's file; often there is one character too many or too few.",
  ],
}

const FEATURES: Readonly<Record<YamlFeature, string>> = {
  anchor: 'an anchor (&)',
  alias: 'an alias (*)',
  merge: 'a merge (<<)',
  tag: 'a tag (!)',
  directive: 'a directive (%)',
}

const SECRETS = {
  password: ['a password', 'Change the password at Supabase'],
  token: ['an access token for Supabase', 'Revoke the token at Supabase'],
  'secret-key': ['a secret API key', 'Replace the key at Supabase'],
  'private-key': ['a private key', 'Make a new pair of keys and put only the public one here'],
} as const

const SLUG_FORM = 'lower-case letters a–z, digits and single hyphens, a letter first, 2–40 characters'

const UNENDED = {
  string: "a string (')",
  name: 'a name (")',
  comment: 'a comment (/*)',
  dollar: 'a string ($…$)',
} as const

const FORBIDDEN = {
  transaction: [
    'each migration is one transaction already, together with its record',
    'Remove the statement. What is to be done apart becomes a migration of its own.',
  ],
  outside: [
    'it cannot run in a transaction',
    'Write it without CONCURRENTLY if the table is small. Else run it by hand in each database.',
  ],
  session: [
    'it changes with whose rights the rest runs',
    'Remove the statement: migrations run as postgres.',
  ],
  input: ['there is nobody to send or take rows', 'Write the rows with INSERT.'],
  meta: ['it is a command to psql, and no SQL', 'Remove the line.'],
  reserved: [
    'the schemas control and supabase_migrations belong to the system',
    'Use another schema. If it is an alias of your own, rename it.',
  ],
} as const

const VALUE_FORMS: Readonly<Record<string, string>> = {
  organization: "Write the organization's slug, as it stands in the address at Supabase.",
  superadmins: 'Write a GitHub login, without @.',
  canary: "Write the orchestra's slug: its file's name without .yaml.",
  'defaults.region': 'Write a region as Supabase does, such as eu-north-1.',
  allowedRegions: 'Write a region as Supabase does, such as eu-north-1.',
  'allow.links': 'Write a host name or a ref, without https:// and without slashes.',
  'allow.issuers': 'Write a full address that begins with https://.',
}

/** What the rules of the registry say, in English. */
export const problems: Catalogue['problems'] = {
  'no-orchestras': () => ({
    message: 'There is no orchestra here: the folder has no file that ends in .yaml.',
    wayOut:
      'Check that it is the right folder. An emptied folder is never accepted: it would mean that all orchestras are removed.',
  }),
  'file-ending': ({ name, suggestion }) => ({
    message: `The file ${q(name)} is not read, since it does not end in .yaml.`,
    wayOut: suggestion
      ? `Rename it to ${q(suggestion)} if it is an orchestra, else remove it from the folder.`
      : "Remove it from the folder. An orchestra's file is named after the orchestra and ends in .yaml.",
  }),
  'file-in-folder': ({ name }) => ({
    message: `${q(name)} is a folder. Folders inside the folder are not read.`,
    wayOut: 'Move its files right into the folder of orchestras and remove the inner folder.',
  }),
  'file-link': ({ name }) => ({
    message: `${q(name)} is a link to another file. Links are not followed.`,
    wayOut: 'Put the file itself there instead of a link.',
  }),
  'file-special': ({ name }) => ({
    message: `${q(name)} is no ordinary file.`,
    wayOut: 'Remove it from the folder.',
  }),
  'file-unreadable': ({ cause }) => ({
    message: `The file cannot be read (${shown(cause)}).`,
    wayOut: 'Check the permissions of the file, or add it anew.',
  }),
  'file-too-large': ({ bytes, limit }) => ({
    message: `The file has ${bytes} bytes; more than ${limit} are not read.`,
    wayOut:
      "An orchestra's file is a few lines long. Remove what does not belong there; a large migration is split into several.",
  }),
  'file-empty': () => ({
    message: 'The file is empty.',
    wayOut: 'Write at least “name: Name of the orchestra”, or remove the file.',
  }),
  'file-encoding': ({ encoding }) => ({
    message:
      encoding === 'utf-16'
        ? 'The file is saved as UTF-16.'
        : 'Here is a character that is not UTF-8. The file is saved in another encoding.',
    wayOut: 'Save the file anew as UTF-8.',
  }),
  'bad-slug': ({ slug, suggestion, owner }) => ({
    message:
      `The file name ${q(slug)} will not do as a slug: ${SLUG_FORM}.` +
      (owner ? ` The nearest one, ${q(suggestion ?? '')}, is taken by ${shown(owner)}.` : ''),
    wayOut: owner
      ? 'If it is another orchestra, choose another file name, for instance with the town after a hyphen. If it is the same, remove this file.'
      : suggestion
        ? `Rename the file to ${q(`${suggestion}.yaml`)}.`
        : 'Rename the file after the orchestra, such as “malmo.yaml”.',
  }),

  'yaml-syntax': ({ fault }) => ({ message: FAULTS[fault][0], wayOut: FAULTS[fault][1] }),
  'yaml-feature': ({ feature }) => ({
    message: `Here is ${FEATURES[feature]}. That is not accepted, since it lets a file mean something else than it shows.`,
    wayOut: 'Write out the value in plain. If the value begins with &, *, ! or %, put quotes around it.',
  }),
  'several-documents': () => ({
    message: 'The file has several documents, parted by “---”.',
    wayOut: 'Split it: one file for each orchestra.',
  }),
  'not-a-mapping': ({ found }) => ({
    message: `The file should be fields with values but is ${KINDS[found]}.`,
    wayOut: 'Write “name: Name of the orchestra” on the first line.',
  }),
  'duplicate-key': ({ key, first }) => ({
    message: `The field ${q(key)} is there twice; the first is on line ${first.line}.`,
    wayOut: 'Keep one of them and remove the other.',
  }),
  'unknown-key': ({ key, allowed, meant }) => ({
    message: `There is no field ${q(key)}.`,
    wayOut: meant
      ? `Write ${q(meant)} if that was meant, else remove the line.`
      : `Remove the line. The fields are ${list(allowed)}.`,
  }),
  'secret-in-file': ({ kind }) => ({
    message: `Here is ${SECRETS[kind][0]}, visible to everyone who can reach the file in git.`,
    wayOut: `${SECRETS[kind][1]}; removing the line is not enough, since history keeps it. Then remove it from the file.`,
  }),

  'value-missing': ({ key }) => ({
    message: `The field ${q(key)} is missing.`,
    wayOut: key === 'name' ? 'Add a line: “name: Name of the orchestra”.' : `Add ${q(key)}.`,
  }),
  'value-empty': ({ key }) => ({
    message: `The field ${q(key)} is empty.`,
    wayOut:
      key === 'name'
        ? 'Write the name of the orchestra after the colon.'
        : 'Fill in a value, or remove the line.',
  }),
  'wrong-type': ({ key, expected, found }) => ({
    message: `The field ${q(key)} should be ${KINDS[expected]} but is ${KINDS[found]}.`,
    wayOut: KIND_HELP[expected],
  }),
  'bad-choice': ({ key, value, allowed }) => ({
    message: `The field ${q(key)} cannot be ${q(value)}.`,
    wayOut: `Choose ${list(allowed)}.`,
  }),
  'number-out-of-range': ({ key, least, most }) => ({
    message: `The field ${q(key)} should be a whole number from ${least} to ${most}.`,
    wayOut: 'Change the number.',
  }),
  'name-blank': () => ({
    message: 'The name has neither a letter nor a digit.',
    wayOut: 'Write the name of the orchestra.',
  }),
  'name-too-long': ({ length, limit }) => ({
    message: `The name is ${length} characters long; at most ${limit} are allowed.`,
    wayOut: 'Shorten the name.',
  }),
  'name-hidden-character': ({ codePoint }) => ({
    message: `The name has a character that does not show (${codePoint}).`,
    wayOut: 'Type the name anew by hand instead of pasting it. A name stands on one line.',
  }),
  'bad-ref': ({ length, stray }) => ({
    message: stray
      ? `This is no ref: it has twenty letters a–z, but character ${stray.at} is ${q(stray.character)}.`
      : `This is no ref: it has twenty letters a–z, but here are ${length} letters.`,
    wayOut:
      'Copy it from Supabase: Project Settings → General → Project ID. For a new database, remove the line altogether.',
  }),
  'ref-foreign-host': ({ host }) => ({
    message: `The address leads to ${q(host)} and names no Supabase project.`,
    wayOut: 'Write the ref alone, the twenty letters: Project Settings → General → Project ID at Supabase.',
  }),
  'region-not-allowed': ({ region, allowed }) => ({
    message: `The region ${q(region)} is not allowed.`,
    wayOut: `Choose ${list(allowed)}, or leave the field out. Which are allowed stands in .github/orchestras.yml.`,
  }),
  'bad-mail': ({ key, value }) => ({
    message: `${q(value)} in the field ${q(key)} is no mail address.`,
    wayOut: 'Write a full address, such as admin@orchestra.example.',
  }),
  'private-mail': ({ value, domain }) => ({
    message: `${q(value)} is a private address (${shown(domain)}). Only role addresses belong here.`,
    wayOut:
      "Write an address at the orchestra's own domain that belongs to a role, such as admin@ or contact@.",
  }),
  'bad-domain': ({ value }) => ({
    message: `${q(value)} is no mail domain.`,
    wayOut: 'Write only what follows the @ in the addresses, such as orchestra.example.',
  }),
  'private-domain': ({ domain }) => ({
    message: `${q(domain)} is a public mail service. Anyone at all could then pass for the orchestra's.`,
    wayOut: 'Remove the line. Only domains that the orchestra itself controls can stand here.',
  }),
  'repeated-item': ({ value, first }) => ({
    message: `${q(value)} is already on line ${first.line}.`,
    wayOut: 'Remove one of the lines.',
  }),
  'bad-duration': ({ key, value }) => ({
    message: `${q(value)} in the field ${q(key)} is no duration.`,
    wayOut: 'Write a whole number and a unit: 90m, 2h or 1d.',
  }),
  'promise-unkeepable': plan.unkeepable,
  'bad-table': ({ key, value }) => ({
    message: `${q(value)} in the field ${q(key)} is no table.`,
    wayOut: 'Write schema.table in lower-case letters, digits and underscores, such as public.musicians.',
  }),
  'bad-identifier': ({ key, value }) => ({
    message: `${q(value)} will not do in the field ${q(key)}.`,
    wayOut: VALUE_FORMS[key] ?? 'Mend the value.',
  }),
  'bad-signing-key': ({ member }) => ({
    message: `The key is no public Ed25519 key: ${q(member)} is wrong.`,
    wayOut: 'Paste the public key as a JWK: kty OKP, crv Ed25519, x, and kid if it has one.',
  }),
  'bad-dump-key': ({ member }) => ({
    message: `The key is no public X25519 key: ${q(member)} is wrong.`,
    wayOut: 'Paste the public key as a JWK: kty OKP, crv X25519, x, and kid if it has one.',
  }),
  'replaces-itself': ({ ref }) => ({
    message: `The database ${q(ref)} replaces itself: ref and replaces are the same.`,
    wayOut:
      'Write the new database’s ref in ref and the old one’s in replaces. If it is the same database, remove replaces.',
  }),
  'retire-ref-wrong': ({ retire, expected, source }) => ({
    message:
      source === 'file'
        ? `This retires ${q(retire)}, but the orchestra's ref in the same file is ${q(expected)}.`
        : `This retires ${q(retire)}, but by the ledger the orchestra has ref ${q(expected)}.`,
    wayOut: `Write ${q(expected)} if it is this orchestra's database that is to end. Else remove the line.`,
  }),

  'shared-ref': ({ ref, owner }) => ({
    message: `The database is already used by another orchestra! Ref ${q(ref)} is also in ${placed(owner)}.`,
    wayOut:
      'Each orchestra has a database of its own. If the orchestra is new, remove the line, and a database is created. Else look up at Supabase whose ref it is.',
  }),
  'shared-name': ({ name, owner }) => ({
    message: `The name ${q(name)} is also in ${placed(owner)}. Upper and lower case count as the same.`,
    wayOut:
      'If it is the same orchestra, remove one of the files. Else tell the names apart, by town for instance.',
  }),
  'shared-admin': ({ mail, owner }) => ({
    message: `The administrator ${q(mail)} is also in ${placed(owner)}. An administrator belongs to one orchestra only.`,
    wayOut: "Use a role address that is the orchestra's own, or remove one of the lines.",
  }),
  'retire-of-another': ({ ref, owner }) => ({
    message: `This retires ${q(ref)}, which belongs to another orchestra: ${q(owner)}.`,
    wayOut: `Remove the line. If ${q(owner)} is to be retired, that is done in its own file.`,
  }),
  'replaces-another': ({ ref, owner }) => ({
    message: `This replaces ${q(ref)}, which is another orchestra's database: ${q(owner)}. The data in it are that orchestra's.`,
    wayOut: `Remove the line. If it is ${q(owner)} that is to have the database, that is done in its own file.`,
  }),

  'ref-changed': ({ from, to }) => ({
    message: to
      ? `The ref changes from ${q(from)} to ${q(to)}. A ref that was once in the file never changes.`
      : `The ref ${q(from)} is removed. A ref that was once in the file never changes.`,
    wayOut: `Restore the line: “ref: ${shown(from)}”. If the orchestra has a new database by a restore or a move: add “replaces: ${shown(from)}”.`,
  }),
  'region-changed': ({ from, to }) => ({
    message: `The region changes from ${q(from)} to ${q(to)}. A database cannot change its region.`,
    wayOut: `Write “region: ${shown(from)}”. That holds also when it is the region of the settings that was changed. To another region an orchestra moves with all its data, by the command move-orchestra: docs/move.md says how.`,
  }),
  'slug-changed': ({ from, to, by }) => ({
    message: `The file of ${q(from)} was renamed to ${q(to)} (${SAME[by]}). A slug never changes: it is the name of the project at Supabase.`,
    wayOut: `Let the file be ${shown(from)}.yaml as before, and change “name” in it: that is the name which everyone sees.`,
  }),
  'removed-without-retire': ({ slug, ref }) => ({
    message: `The file of ${q(slug)} is gone, but the orchestra was not declared as retired.`,
    wayOut:
      `Put the file back. If the orchestra is to end, first add “retire: ${ref ? shown(ref) : "the database's ref"}” to it; ` +
      'once that is merged the file can be removed by the next pull request.',
  }),
  'too-many-removed': ({ count, limit }) => ({
    message: `${count} orchestras are removed at once; at most ${limit} are allowed.`,
    wayOut:
      'Split it into several pull requests, or raise retireLimit in .github/orchestras.yml by a pull request of its own before.',
  }),
  'base-unreadable': ({ slug, rule }) => ({
    message: `The file of ${q(slug)} was broken before this change already (${shown(rule)}), so whether its ref or region changes cannot be told.`,
    wayOut:
      'Run the check with the ledger (--ledger), which knows the ref, or let a superadmin compare with the history and approve.',
  }),
  'ref-claimed-before': ({ ref, owner, retired }) => ({
    message:
      `The database is already used by another orchestra! Ref ${q(ref)} belongs to ${q(owner)} by the ledger` +
      (retired ? ', although that one is retired.' : '.'),
    wayOut: 'Remove the line, and a new database is created. A ref never passes on to another orchestra.',
  }),
  'ref-differs-from-ledger': ({ ref, recorded }) => ({
    message: `Ref ${q(ref)} is not right: by the ledger the orchestra has ${q(recorded)}.`,
    wayOut: `Write “ref: ${shown(recorded)}”, or remove the line. If the orchestra has a new database by a restore or a move: add “replaces: ${shown(recorded)}”.`,
  }),
  'replaces-differs': ({ replaces, expected, source }) => ({
    message: `This replaces ${q(replaces)}, but the orchestra's database ${source === 'file' ? 'has been' : 'is, by the ledger,'} ${q(expected)}.`,
    wayOut: `Write “replaces: ${shown(expected)}” if it is that one which was restored or moved. Else put the file back as it was.`,
  }),

  'migration-name': ({ name }) => ({
    message: `The file ${q(name)} is no migration: its name does not have the form YYYYMMDDHHMMSS_name.sql.`,
    wayOut:
      'Rename it: fourteen digits, an underscore, a name of a–z, 0–9, _ and -, and .sql. Folders inside are not read.',
  }),
  'migration-twice': ({ version, owner }) => ({
    message: `The timestamp ${shown(version)} belongs to another migration already: ${q(owner)}.`,
    wayOut: 'Give the one that is new a later timestamp.',
  }),
  'migration-empty': () => ({
    message: 'The migration holds no SQL statement.',
    wayOut: 'Write what it is to do, or remove the file.',
  }),
  'migration-unended': ({ what }) => ({
    message: `Here ${UNENDED[what]} begins that never ends.`,
    wayOut: 'End what was opened, on this line or further down.',
  }),
  'migration-forbidden': ({ statement, why }) => ({
    message: `${q(statement)} may not stand in a migration: ${FORBIDDEN[why][0]}.`,
    wayOut: FORBIDDEN[why][1],
  }),
  'migration-changed': ({ was }) => ({
    message: `The migration ${q(was)} was there before this change, and databases have had it as it was.`,
    wayOut: 'Restore the file as it was, with its name, and make the change a new migration.',
  }),
  'migration-removed': ({ name }) => ({
    message: `The migration ${q(name)} is removed, but databases have had it.`,
    wayOut: 'Put the file back. What it did is undone by a new migration.',
  }),
  'migration-out-of-order': ({ version, newest }) => ({
    message: `The migration (${shown(version)}) is older than one that exists already (${shown(newest)}): it would run in the wrong order.`,
    wayOut: 'Give the file a timestamp later than those of all others.',
  }),
  'unknown-canary': ({ canary, known }) => ({
    message: `There is no orchestra ${q(canary)} to have the migrations first.`,
    wayOut: `Write one that exists (${known.slice(0, 10).map(shown).join(', ')}), or remove the line.`,
  }),
}
