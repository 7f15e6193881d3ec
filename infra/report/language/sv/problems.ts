import type { ValueKind, YamlFault, YamlFeature } from '../../../registry/yaml/words.ts'
import type { Catalogue } from '../catalogue.ts'
import { placed, shown } from '../quote.ts'
import { plan } from './plan.ts'

const q = (value: string): string => `”${shown(value)}”`
const list = (values: readonly string[]): string =>
  new Intl.ListFormat('sv', { type: 'disjunction' }).format(values)

const KINDS: Readonly<Record<ValueKind, string>> = {
  text: 'en text',
  number: 'ett tal',
  boolean: 'true eller false',
  list: 'en lista',
  mapping: 'en grupp av fält',
  nothing: 'ingenting',
  other: 'något annat',
}

const SAME = {
  ref: 'refen är densamma',
  login: 'inloggningen är densamma',
  name: 'orkesterns namn är detsamma',
} as const

const KIND_HELP: Readonly<Record<ValueKind, string>> = {
  text: 'Sätt citattecken om värdet, så läses det som text.',
  number: 'Skriv ett tal, utan citattecken.',
  boolean: 'Skriv true eller false, utan citattecken.',
  list: 'Skriv ett värde per rad, med ”- ” framför och indraget under fältet.',
  mapping: 'Skriv fälten på egna rader, indragna under det här.',
  nothing: 'Ta bort raden.',
  other: 'Ta bort raden.',
}

const FAULTS: Readonly<Record<YamlFault, readonly [message: string, wayOut: string]>> = {
  tab: ['Raden är indragen med tabb.', 'Dra in med mellanslag; YAML godtar inte tabb.'],
  indentation: [
    'Indraget stämmer inte med raderna ovanför.',
    'Ställ fält som hör ihop rakt under varandra, med lika många mellanslag framför.',
  ],
  'missing-character': [
    'Det saknas ett avslutande citattecken, en parentes eller ett kommatecken.',
    'Avsluta det som har öppnats, här eller på en rad ovanför.',
  ],
  colon: [
    'Raden har ett kolon för mycket, så det går inte att se vad som är fält och vad som är värde.',
    'Sätt citattecken om värdet om kolonet hör till det.',
  ],
  'no-key': ['Raden är inget fält: kolonet efter fältets namn saknas.', 'Skriv ”fält: värde”.'],
  escape: [
    'Ett omvänt snedstreck (\\) inom dubbla citattecken betyder något annat än det ser ut som.',
    "Skriv \\\\, eller använd enkla citattecken ('…').",
  ],
  'first-character': [
    'Värdet börjar med ett tecken som har en egen betydelse i YAML (till exempel @, %, ` eller |).',
    'Sätt citattecken om värdet.',
  ],
  nesting: ['Filen har fler nivåer än någon fil behöver.', 'Skriv om den efter en annan orkesters fil.'],
  other: [
    'Raden går inte att tolka som YAML.',
    'Jämför med en annan orkesters fil; ofta är det ett tecken för mycket eller för litet.',
  ],
}

const FEATURES: Readonly<Record<YamlFeature, string>> = {
  anchor: 'ett ankare (&)',
  alias: 'en hänvisning (*)',
  merge: 'en sammanslagning (<<)',
  tag: 'en typmärkning (!)',
  directive: 'ett direktiv (%)',
}

const SECRETS = {
  password: ['ett lösenord', 'Byt lösenordet i Supabase'],
  token: ['en åtkomstnyckel till Supabase', 'Återkalla nyckeln i Supabase'],
  'secret-key': ['en hemlig API-nyckel', 'Byt ut nyckeln i Supabase'],
  'private-key': ['en privat nyckel', 'Skapa ett nytt nyckelpar och lägg bara in den publika nyckeln här'],
} as const

const SLUG_FORM = 'små bokstäver a–z, siffror och enstaka bindestreck, en bokstav först, 2–40 tecken'

const UNENDED = {
  string: "en text (')",
  name: 'ett namn (")',
  comment: 'en kommentar (/*)',
  dollar: 'en text ($…$)',
} as const

const FORBIDDEN = {
  transaction: [
    'varje migrering är redan en enda transaktion, tillsammans med anteckningen om den',
    'Ta bort satsen. Det som ska göras för sig blir en egen migrering.',
  ],
  outside: [
    'den kan inte köras i en transaktion',
    'Skriv den utan CONCURRENTLY om tabellen är liten. Annars kör den för hand i varje databas.',
  ],
  session: ['den ändrar med vilka rättigheter resten körs', 'Ta bort satsen: migreringar körs som postgres.'],
  input: ['här finns ingen som skickar eller tar emot rader', 'Skriv raderna med INSERT.'],
  meta: ['det är ett kommando till psql, ingen SQL', 'Ta bort raden.'],
  reserved: [
    'schemana control och supabase_migrations hör till systemet',
    'Använd ett annat schema. Är det ett eget namn på en tabell, döp om det.',
  ],
} as const

const VALUE_FORMS: Readonly<Record<string, string>> = {
  organization: 'Skriv organisationens slug, som den står i adressen i Supabase.',
  superadmins: 'Skriv ett GitHub-namn, utan @.',
  canary: 'Skriv orkesterns slug: filens namn utan .yaml.',
  'defaults.region': 'Skriv en region så som Supabase gör, till exempel eu-north-1.',
  allowedRegions: 'Skriv en region så som Supabase gör, till exempel eu-north-1.',
  'allow.links': 'Skriv ett värdnamn eller en ref, utan https:// och utan snedstreck.',
  'allow.issuers': 'Skriv en hel adress som börjar med https://.',
}

/** What the rules of the registry say, in Swedish. */
export const problems: Catalogue['problems'] = {
  'no-orchestras': () => ({
    message: 'Här finns ingen orkester: mappen har ingen fil som slutar på .yaml.',
    wayOut:
      'Kontrollera att det är rätt mapp. En tömd mapp godtas aldrig, för den skulle betyda att alla orkestrar tas bort.',
  }),
  'file-ending': ({ name, suggestion }) => ({
    message: `Filen ${q(name)} läses inte, eftersom den inte slutar på .yaml.`,
    wayOut: suggestion
      ? `Döp om den till ${q(suggestion)} om den är en orkester, annars ta bort den ur mappen.`
      : 'Ta bort den ur mappen. En orkesters fil heter som orkestern och slutar på .yaml.',
  }),
  'file-in-folder': ({ name }) => ({
    message: `${q(name)} är en mapp. Undermappar läses inte.`,
    wayOut: 'Flytta filerna direkt till mappen för orkestrar och ta bort undermappen.',
  }),
  'file-link': ({ name }) => ({
    message: `${q(name)} är en länk till en annan fil. Länkar följs inte.`,
    wayOut: 'Lägg in filen själv i stället för en länk.',
  }),
  'file-special': ({ name }) => ({
    message: `${q(name)} är ingen vanlig fil.`,
    wayOut: 'Ta bort den ur mappen.',
  }),
  'file-unreadable': ({ cause }) => ({
    message: `Filen går inte att läsa (${shown(cause)}).`,
    wayOut: 'Kontrollera filens rättigheter, eller lägg in den på nytt.',
  }),
  'file-too-large': ({ bytes, limit }) => ({
    message: `Filen är ${bytes} byte stor; mer än ${limit} byte läses inte.`,
    wayOut:
      'En orkesters fil är några rader lång. Ta bort det som inte hör dit; en stor migrering delas på flera.',
  }),
  'file-empty': () => ({
    message: 'Filen är tom.',
    wayOut: 'Skriv åtminstone ”name: Orkesterns namn”, eller ta bort filen.',
  }),
  'file-encoding': ({ encoding }) => ({
    message:
      encoding === 'utf-16'
        ? 'Filen är sparad som UTF-16.'
        : 'Här finns ett tecken som inte är UTF-8. Filen är sparad med en annan teckenkodning.',
    wayOut: 'Spara om filen som UTF-8.',
  }),
  'bad-slug': ({ slug, suggestion, owner }) => ({
    message:
      `Filnamnet ${q(slug)} duger inte som slug: ${SLUG_FORM}.` +
      (owner ? ` Det närmaste, ${q(suggestion ?? '')}, är upptaget av ${shown(owner)}.` : ''),
    wayOut: owner
      ? 'Är det en annan orkester, välj ett annat filnamn, till exempel med orten efter ett bindestreck. Är det samma, ta bort den här filen.'
      : suggestion
        ? `Döp om filen till ${q(`${suggestion}.yaml`)}.`
        : 'Döp om filen efter orkestern, till exempel till ”malmo.yaml”.',
  }),

  'yaml-syntax': ({ fault }) => ({ message: FAULTS[fault][0], wayOut: FAULTS[fault][1] }),
  'yaml-feature': ({ feature }) => ({
    message: `Här står ${FEATURES[feature]}. Sådant godtas inte, för då kan filen betyda något annat än den visar.`,
    wayOut: 'Skriv ut värdet i klartext. Börjar själva värdet med &, *, ! eller %, sätt citattecken om det.',
  }),
  'several-documents': () => ({
    message: 'Filen har flera dokument, åtskilda av ”---”.',
    wayOut: 'Dela upp den: en fil för varje orkester.',
  }),
  'not-a-mapping': ({ found }) => ({
    message: `Filen ska bestå av fält med värden men är ${KINDS[found]}.`,
    wayOut: 'Skriv ”name: Orkesterns namn” på första raden.',
  }),
  'duplicate-key': ({ key, first }) => ({
    message: `Fältet ${q(key)} står två gånger; det första står på rad ${first.line}.`,
    wayOut: 'Behåll det ena och ta bort det andra.',
  }),
  'unknown-key': ({ key, allowed, meant }) => ({
    message: `Fältet ${q(key)} finns inte.`,
    wayOut: meant
      ? `Skriv ${q(meant)} om det var det som menades, annars ta bort raden.`
      : `Ta bort raden. De fält som finns är ${list(allowed)}.`,
  }),
  'secret-in-file': ({ kind }) => ({
    message: `Här står ${SECRETS[kind][0]}, synligt för alla som kommer åt filen i git.`,
    wayOut: `${SECRETS[kind][1]}; det räcker inte att ta bort raden, för den finns kvar i historiken. Ta sedan bort den ur filen.`,
  }),

  'value-missing': ({ key }) => ({
    message: `Fältet ${q(key)} saknas.`,
    wayOut: key === 'name' ? 'Lägg till en rad: ”name: Orkesterns namn”.' : `Lägg till ${q(key)}.`,
  }),
  'value-empty': ({ key }) => ({
    message: `Fältet ${q(key)} är tomt.`,
    wayOut:
      key === 'name' ? 'Skriv orkesterns namn efter kolonet.' : 'Fyll i ett värde, eller ta bort raden.',
  }),
  'wrong-type': ({ key, expected, found }) => ({
    message: `Fältet ${q(key)} ska vara ${KINDS[expected]} men är ${KINDS[found]}.`,
    wayOut: KIND_HELP[expected],
  }),
  'bad-choice': ({ key, value, allowed }) => ({
    message: `Fältet ${q(key)} kan inte vara ${q(value)}.`,
    wayOut: `Välj ${list(allowed)}.`,
  }),
  'number-out-of-range': ({ key, least, most }) => ({
    message: `Fältet ${q(key)} ska vara ett heltal från ${least} till ${most}.`,
    wayOut: 'Ändra talet.',
  }),
  'name-blank': () => ({
    message: 'Namnet har varken bokstav eller siffra.',
    wayOut: 'Skriv orkesterns namn.',
  }),
  'name-too-long': ({ length, limit }) => ({
    message: `Namnet är ${length} tecken långt; det får vara högst ${limit}.`,
    wayOut: 'Korta namnet.',
  }),
  'name-hidden-character': ({ codePoint }) => ({
    message: `Namnet innehåller ett tecken som inte syns (${codePoint}).`,
    wayOut: 'Skriv namnet på nytt för hand i stället för att klistra in det. Ett namn står på en enda rad.',
  }),
  'bad-ref': ({ length, stray }) => ({
    message: stray
      ? `Det här är ingen ref: den är tjugo bokstäver a–z, men tecken ${stray.at} är ${q(stray.character)}.`
      : `Det här är ingen ref: den är tjugo bokstäver a–z, men här står ${length} bokstäver.`,
    wayOut:
      'Kopiera den från Supabase: Project Settings → General → Project ID. Ska orkestern få en ny databas, ta bort raden helt.',
  }),
  'ref-foreign-host': ({ host }) => ({
    message: `Adressen leder till ${q(host)} och pekar inte ut något Supabase-projekt.`,
    wayOut: 'Skriv bara refen, de tjugo bokstäverna: Project Settings → General → Project ID i Supabase.',
  }),
  'region-not-allowed': ({ region, allowed }) => ({
    message: `Regionen ${q(region)} är inte tillåten.`,
    wayOut: `Välj ${list(allowed)}, eller utelämna fältet. Vilka som är tillåtna står i .github/orchestras.yml.`,
  }),
  'bad-mail': ({ key, value }) => ({
    message: `${q(value)} i fältet ${q(key)} är ingen e-postadress.`,
    wayOut: 'Skriv en hel adress, till exempel admin@orkestern.example.',
  }),
  'private-mail': ({ value, domain }) => ({
    message: `${q(value)} är en privat adress (${shown(domain)}). Här ska bara rolladresser stå.`,
    wayOut:
      'Skriv en adress på orkesterns egen domän som hör till en roll, till exempel en som börjar med admin@ eller kontakt@.',
  }),
  'bad-domain': ({ value }) => ({
    message: `${q(value)} är ingen e-postdomän.`,
    wayOut: 'Skriv bara det som står efter @ i adresserna, till exempel orkestern.example.',
  }),
  'private-domain': ({ domain }) => ({
    message: `${q(domain)} är en allmän e-posttjänst. Då skulle vem som helst kunna räknas till orkestern.`,
    wayOut: 'Ta bort raden. Här får bara domäner stå som orkestern själv råder över.',
  }),
  'repeated-item': ({ value, first }) => ({
    message: `${q(value)} står redan på rad ${first.line}.`,
    wayOut: 'Ta bort den ena raden.',
  }),
  'bad-duration': ({ key, value }) => ({
    message: `${q(value)} i fältet ${q(key)} är ingen tid.`,
    wayOut: 'Skriv ett heltal och en enhet: 90m, 2h eller 1d.',
  }),
  'promise-unkeepable': plan.unkeepable,
  'bad-table': ({ key, value }) => ({
    message: `${q(value)} i fältet ${q(key)} är ingen tabell.`,
    wayOut: 'Skriv schema.tabell med små bokstäver, siffror och understreck, till exempel public.musicians.',
  }),
  'bad-identifier': ({ key, value }) => ({
    message: `${q(value)} duger inte i fältet ${q(key)}.`,
    wayOut: VALUE_FORMS[key] ?? 'Rätta värdet.',
  }),
  'bad-signing-key': ({ member }) => ({
    message: `Nyckeln är ingen publik Ed25519-nyckel: ${q(member)} stämmer inte.`,
    wayOut: 'Klistra in den publika nyckeln som JWK: kty OKP, crv Ed25519, x, och kid om den har ett.',
  }),
  'bad-dump-key': ({ member }) => ({
    message: `Nyckeln är ingen publik X25519-nyckel: ${q(member)} stämmer inte.`,
    wayOut: 'Klistra in den publika nyckeln som JWK: kty OKP, crv X25519, x, och kid om den har ett.',
  }),
  'replaces-itself': ({ ref }) => ({
    message: `Databasen ${q(ref)} ersätter sig själv: ref och replaces är lika.`,
    wayOut:
      'Skriv den nya databasens ref i ref och den gamlas i replaces. Är databasen densamma, ta bort replaces.',
  }),
  'retire-ref-wrong': ({ retire, expected, source }) => ({
    message:
      source === 'file'
        ? `Här avvecklas ${q(retire)}, men orkesterns ref i samma fil är ${q(expected)}.`
        : `Här avvecklas ${q(retire)}, men enligt liggaren har orkestern ref ${q(expected)}.`,
    wayOut: `Skriv ${q(expected)} om det är den här orkesterns databas som ska avvecklas. Annars ta bort raden.`,
  }),

  'shared-ref': ({ ref, owner }) => ({
    message: `Databas används redan av annan orkester! Ref ${q(ref)} står också i ${placed(owner)}.`,
    wayOut:
      'Varje orkester ska ha sin egen databas. Är orkestern ny, ta bort raden, så skapas en databas. Annars slå upp i Supabase vilken av dem refen tillhör.',
  }),
  'shared-name': ({ name, owner }) => ({
    message: `Namnet ${q(name)} står också i ${placed(owner)}. Stora och små bokstäver räknas som lika.`,
    wayOut: 'Är det samma orkester, ta bort den ena filen. Annars skilj namnen åt, till exempel med orten.',
  }),
  'shared-admin': ({ mail, owner }) => ({
    message: `Administratören ${q(mail)} står också i ${placed(owner)}. En administratör hör till en enda orkester.`,
    wayOut: 'Använd en rolladress som är orkesterns egen, eller ta bort den ena raden.',
  }),
  'retire-of-another': ({ ref, owner }) => ({
    message: `Här avvecklas ${q(ref)}, som tillhör en annan orkester: ${q(owner)}.`,
    wayOut: `Ta bort raden. Ska ${q(owner)} avvecklas görs det i dess egen fil.`,
  }),
  'replaces-another': ({ ref, owner }) => ({
    message: `Här ersätts ${q(ref)}, som är en annan orkesters databas: ${q(owner)}. Uppgifterna i den är den orkesterns.`,
    wayOut: `Ta bort raden. Är det ${q(owner)} som ska få databasen görs det i dess egen fil.`,
  }),

  'ref-changed': ({ from, to }) => ({
    message: to
      ? `Refen ändras från ${q(from)} till ${q(to)}. En ref som en gång står i filen ändras aldrig.`
      : `Refen ${q(from)} tas bort. En ref som en gång står i filen ändras aldrig.`,
    wayOut: `Återställ raden: ”ref: ${shown(from)}”. Har orkestern fått en ny databas genom en återställning eller en flytt: lägg till ”replaces: ${shown(from)}”.`,
  }),
  'region-changed': ({ from, to }) => ({
    message: `Regionen ändras från ${q(from)} till ${q(to)}. En databas kan inte byta region.`,
    wayOut: `Skriv ”region: ${shown(from)}”. Det gäller även när det är inställningarnas region som har ändrats. Till en annan region flyttar en orkester med alla uppgifter, med kommandot move-orchestra: docs/move.md säger hur.`,
  }),
  'slug-changed': ({ from, to, by }) => ({
    message: `Filen för ${q(from)} har bytt namn till ${q(to)} (${SAME[by]}). En slug ändras aldrig: den är Supabase-projektets namn.`,
    wayOut: `Låt filen heta ${shown(from)}.yaml som förut, och ändra ”name” i den: det är namnet som alla ser.`,
  }),
  'removed-without-retire': ({ slug, ref }) => ({
    message: `Filen för ${q(slug)} är borta, men orkestern var inte anmäld för avveckling.`,
    wayOut:
      `Lägg tillbaka filen. Ska orkestern avvecklas, lägg först till ”retire: ${ref ? shown(ref) : 'databasens ref'}” i den; ` +
      'när det är infört kan filen tas bort i nästa pull request.',
  }),
  'too-many-removed': ({ count, limit }) => ({
    message: `${count} orkestrar tas bort på en gång; högst ${limit} är tillåtet.`,
    wayOut:
      'Dela upp det på flera pull requests, eller höj först retireLimit i .github/orchestras.yml i en egen pull request.',
  }),
  'base-unreadable': ({ slug, rule }) => ({
    message: `Filen för ${q(slug)} var trasig redan före den här ändringen (${shown(rule)}), så det går inte att se om refen eller regionen ändras.`,
    wayOut:
      'Kör kontrollen med liggaren (--ledger), som vet vilken ref orkestern har, eller låt en superadministratör jämföra med historiken och godkänna.',
  }),
  'ref-claimed-before': ({ ref, owner, retired }) => ({
    message:
      `Databas används redan av annan orkester! Ref ${q(ref)} tillhör ${q(owner)} enligt liggaren` +
      (retired ? ', fast den orkestern är avvecklad.' : '.'),
    wayOut: 'Ta bort raden, så skapas en ny databas. En ref går aldrig vidare till en annan orkester.',
  }),
  'ref-differs-from-ledger': ({ ref, recorded }) => ({
    message: `Ref ${q(ref)} stämmer inte: enligt liggaren har orkestern ${q(recorded)}.`,
    wayOut: `Skriv ”ref: ${shown(recorded)}”, eller ta bort raden. Har orkestern fått en ny databas genom en återställning eller en flytt: lägg till ”replaces: ${shown(recorded)}”.`,
  }),
  'replaces-differs': ({ replaces, expected, source }) => ({
    message: `Här ersätts ${q(replaces)}, men orkesterns databas ${source === 'file' ? 'var hittills' : 'är enligt liggaren'} ${q(expected)}.`,
    wayOut: `Skriv ”replaces: ${shown(expected)}” om det är den som har återställts eller flyttats. Annars återställ filen.`,
  }),

  'migration-name': ({ name }) => ({
    message: `Filen ${q(name)} är ingen migrering: dess namn har inte formen ÅÅÅÅMMDDTTMMSS_namn.sql.`,
    wayOut:
      'Döp om den: fjorton siffror, ett understreck, ett namn av a–z, 0–9, _ och -, och .sql. Undermappar läses inte.',
  }),
  'migration-twice': ({ version, owner }) => ({
    message: `Tidsstämpeln ${shown(version)} har redan en annan migrering: ${q(owner)}.`,
    wayOut: 'Ge den som är ny en senare tidsstämpel.',
  }),
  'migration-empty': () => ({
    message: 'Migreringen innehåller ingen SQL-sats.',
    wayOut: 'Skriv vad den ska göra, eller ta bort filen.',
  }),
  'migration-unended': ({ what }) => ({
    message: `Här börjar ${UNENDED[what]} som aldrig avslutas.`,
    wayOut: 'Avsluta det som har öppnats, på den här raden eller längre ned.',
  }),
  'migration-forbidden': ({ statement, why }) => ({
    message: `${q(statement)} får inte stå i en migrering: ${FORBIDDEN[why][0]}.`,
    wayOut: FORBIDDEN[why][1],
  }),
  'migration-changed': ({ was }) => ({
    message: `Migreringen ${q(was)} fanns före den här ändringen, och databaser har fått den som den var.`,
    wayOut: 'Lägg tillbaka filen som den var, med sitt namn, och gör ändringen som en ny migrering.',
  }),
  'migration-removed': ({ name }) => ({
    message: `Migreringen ${q(name)} tas bort, men databaser har fått den.`,
    wayOut: 'Lägg tillbaka filen. Det som den gjorde tas bort med en ny migrering.',
  }),
  'migration-out-of-order': ({ version, newest }) => ({
    message: `Migreringen (${shown(version)}) är äldre än en som redan finns (${shown(newest)}): den skulle köras i fel ordning.`,
    wayOut: 'Ge filen en tidsstämpel som är senare än alla andras.',
  }),
  'unknown-canary': ({ canary, known }) => ({
    message: `Det finns ingen orkester ${q(canary)} som kan få migreringarna först.`,
    wayOut: `Skriv en som finns (${known.slice(0, 10).map(shown).join(', ')}), eller ta bort raden.`,
  }),
}
