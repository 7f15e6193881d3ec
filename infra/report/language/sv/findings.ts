import { firstFew } from '../../told.ts'
import type { Catalogue } from '../catalogue.ts'
import { shown } from '../quote.ts'
import { stockholm } from '../time.ts'
import { plan } from './plan.ts'
import { unseen, why } from './why.ts'

const linkName = (kind: string) =>
  kind === 'subscription' ? 'prenumeration (subscription)' : 'främmande server (foreign server)'

/** Versions come from databases, too. */
const counted = (versions: readonly string[], what: string) =>
  versions.length === 0 ? '' : `${versions.length} ${what} (${firstFew(versions.map(shown))})`

export const findings: Catalogue['findings'] = {
  'shared-ref': ({ ref }) => ({
    message: `Flera orkestrar gör anspråk på samma databas, ${ref}.`,
    wayOut: 'Ge varje orkester sin egen ref: rätta den fil som är fel i en pull request.',
  }),
  'shared-server': ({ systemId, startedAt, sameDatabase }) => ({
    message: `Samma databasserver svarar genom båda refarna (systemidentitet ${systemId}, startad ${stockholm(startedAt, 'sv')}${sameDatabase ? ', samma databas' : ''}).`,
    wayOut: 'Sluta genast använda den ena refen. Låt den peka på en egen databas och verifiera igen.',
  }),
  'shared-locks': () => ({
    message: 'Ett lås som hölls genom den ena refen syntes genom den andra: de når samma server.',
    wayOut: 'Behandla det som en delad databas: stoppa den ena och ge den ett eget Supabase-projekt.',
  }),
  'foreign-nameplate': ({ bears, restored }) => ({
    message: restored
      ? `Databasen är en kopia eller återställning av orkesterns egen databas ${restored}: den bär fortfarande namnskylten för den.`
      : `Databas används redan av annan orkester! Den bär en namnskylt som vi har signerat för ${bears.map((plate) => `${plate.slug} (${plate.ref})`).join(', ')}.`,
    wayOut: restored
      ? `Är det avsikten att den ska ersätta ${restored}: skriv ”replaces: ${restored}” under ref i orkesterns fil, i en pull request. Då byter nästa körning skylten. Annars ska filen ha den gamla refen.`
      : 'Den är delad, eller en kopia eller återställning av den databasen. Släpp inte in någon förrän det är utrett.',
  }),
  'shared-trust': ({ by, what }) => ({
    message:
      by === 'key'
        ? `Supabase-projekten signerar med samma nyckel (${what}): en inloggning till det ena öppnar det andra.`
        : `Supabase-projekten litar på samma utomstående utfärdare (${what}).`,
    wayOut:
      by === 'key'
        ? 'Byt signeringsnyckel i det ena och återkalla den gamla.'
        : 'Ta bort utfärdaren ur det ena, eller tillåt den i inställningarna (allow.issuers) om det är avsikten.',
  }),
  'cross-link': ({ kind, link, target }) => ({
    message: `En ${linkName(kind)} vid namn "${link}" leder in i den andra orkesterns databas (${target}).`,
    wayOut: 'Ta bort den i databasen och byt det lösenord som den använde.',
  }),
  'ref-drift': ({ declared, recorded, live }) => ({
    message: `Fil, tillstånd och Supabase anger inte samma databas: fil ${declared ?? '–'}, tillstånd ${recorded ?? '–'}, Supabase ${live ?? '–'}.`,
    wayOut:
      'Ta reda på i vilken av dem uppgifterna finns. Återställ filen, eller döp om det Supabase-projekt som inte är rätt.',
  }),
  'wrong-organization': ({ organization }) => ({
    message: `Supabase-projektet har lämnat vår organisation och tillhör nu "${organization}".`,
    wayOut: 'Flytta tillbaka det i Supabase och ta reda på vem som flyttade det.',
  }),
  stranger: ({ ref, name, status, was }) =>
    was === null
      ? {
          message: `Supabase-projektet "${name}" (${ref}, ${status}) hör inte till någon orkester.`,
          wayOut:
            'Ta bort det om det är kvarglömt, deklarera det, eller förklara det i inställningarna (allow.strangers).',
        }
      : {
          message: `Supabase-projektet "${name}" (${ref}, ${status}) är en tidigare databas för ${was}, med det som låg i den då.`,
          wayOut:
            'Låt det vara tills en flytt är avslutad (complete). När ingen behöver det: ta bort det hos Supabase. Ska det vara kvar: skriv refen under allow.strangers i .github/orchestras.yml.',
        },
  'schema-drift': (values) =>
    values.what === 'versions'
      ? {
          message: `Databasen har inte samma migreringar som filerna: ${[counted(values.missing, 'saknas'), counted(values.unknown, 'är okända')].filter(Boolean).join(', ')}.`,
          wayOut:
            'Det som saknas körs av nästa körning: npm run provision; säger den emot, säger den varför. Det som är okänt har någon annan kört i databasen.',
        }
      : {
          message: `Databasen har samma migreringar som ${values.from}, men tabellerna i schemat public ser annorlunda ut.`,
          wayOut:
            'Jämför dem: supabase db diff --linked. Är skillnaden avsiktlig, gör den till en migrering för alla; annars ta bort den.',
        },
  'ledger-drift': ({ ledger, actual }) => ({
    message: `Den publicerade liggaren säger ${ledger}, men databasen som används är ${actual ?? '–'}.`,
    wayOut: 'Liggaren görs om vid nästa körning; består felet, se efter vem som har skrivit den.',
  }),
  'shared-lineage': ({ systemId, orchestras }) => ({
    message: `${orchestras} databaser kommer från samma avbild (systemidentitet ${systemId}). Så gör plattformen dem.`,
    wayOut: 'Inget att göra.',
  }),
  symmetric: () => ({
    message:
      'Supabase-projektet signerar inloggningar med en delad hemlighet, som inte kan jämföras utifrån.',
    wayOut: 'Byt till asymmetriska signeringsnycklar i Supabase-projektets inställningar.',
  }),
  uncounted: () => ({
    message: 'Musiker och produktioner kunde inte räknas fullt ut: en tabell saknas eller är låst.',
    wayOut: 'Inget för isoleringens skull; tabellerna kommer med orkesterns migreringar.',
  }),
  paused: () => ({
    message: 'Orkestern är deklarerad som pausad: databasen bevisas inte så länge den vilar.',
    wayOut: 'Ta bort "paused" ur filen när den ska användas igen.',
  }),
  pending: ({ why: status }) => ({
    message: `Orkestern är ny och inte färdig än${status ? ` (${status})` : ''}.`,
    wayOut: 'Nästa körning gör den färdig.',
  }),
  missing: ({ ref }) => ({
    message: `Orkestern har inget Supabase-projekt${ref ? ` (${ref} är borta, eller så får vår nyckel inte se det)` : ''}.`,
    wayOut: 'Har det tagits bort eller flyttats? Se efter hos Supabase innan något körs.',
  }),
  unverified: ({ what, why: reason }) => ({
    message: `${unseen[what]} kunde inte kontrolleras: ${why(reason)}.`,
    wayOut:
      reason.code === 'paused'
        ? 'Nästa körning väcker den: npm run provision. Ska den vila, skriv "paused: true" i filen.'
        : 'Verifiera igen. Består felet, öppna Supabase-projektet hos Supabase och se efter.',
  }),
  'unread-link': ({ kind, link, target }) => ({
    message: `Det går inte att avgöra vart en ${linkName(kind)} vid namn "${link}" leder${target ? ` (${target})` : ''}.`,
    wayOut:
      'Fråga orkestern vad den är till för. Ta bort den, eller tillåt värden, eller ”slug/länk”, i inställningarna (allow.links).',
  }),
  unplated: () => ({
    message: 'Databasen bär ingen namnskylt.',
    wayOut: 'Nästa körning sätter upp den: npm run provision.',
  }),
  tampered: ({ rows }) => ({
    message: `Databasen bär namnskyltar som inte är signerade av oss (${rows}).`,
    wayOut: 'Nästa körning sätter tillbaka den rätta. Fråga vem som kan skriva i schemat "control".',
  }),
  'unread-declaration': ({ file }) => ({
    message: `${file} går inte att läsa: den kan göra anspråk på en databas som ingen vet om.`,
    wayOut: 'Rätta filen: npm run validate-orchestras säger vad som är fel.',
  }),
  undeclared: ({ slug, ref, announced }) =>
    announced
      ? {
          message: `Filen för ${slug} är borta, som det var anmält, men databasen (${ref}) finns kvar.`,
          wayOut:
            'Nästa körning tar bort den, eller säger vad som hindrar: npm run provision. Så länge en incident står öppen går det inte: lägg då tillbaka filen med "retire" kvar i den, och ta bort den när incidenten är avslutad.',
        }
      : {
          message: `Filen för ${slug} är borta, men databasen (${ref}) finns kvar.`,
          wayOut: 'Lägg tillbaka filen. Den som vill avveckla en orkester skriver först "retire" i den.',
        },
  unlisted: ({ why: reason }) => ({
    message: `Organisationens Supabase-projekt kunde inte räknas upp: ${why(reason)}.`,
    wayOut: 'Kontrollera åtkomstnyckeln och dess rättigheter och verifiera igen.',
  }),
  'unusable-evidence': ({ shard, of, file, why: fault, detail }) => ({
    message: `Del ${shard === null ? `(${shown(file ?? '')})` : `${shard}/${of}`} av underlaget går inte att använda: ${plan.faults[fault](shown(detail))}.`,
    wayOut: 'Kör den delen igen, eller hela svepet, och slå ihop delarna på nytt.',
  }),
  unproven: () => ({
    message: 'Det fanns ingen orkester att bevisa något om.',
    wayOut: 'Skapa databaserna först: npm start i sandlådan, npm run provision på riktigt.',
  }),
  'blind-rule': ({ rule }) => ({
    message: `Regeln "${rule}" klarade inte sitt självtest: körningen bevisar ingenting.`,
    wayOut:
      'Ett fel i det här programmet. Gå tillbaka till den senaste version som fungerade och rapportera felet.',
  }),
}
