import type { Catalogue } from '../catalogue.ts'
import { listed } from '../move-words.ts'
import { moveRefusals } from './move.ts'
import { plan } from './plan.ts'
import { retireHeld } from './retire.ts'

export const errors: Catalogue['errors'] = {
  'bad-usage': ({ detail }) => ({
    message: `Kommandot gick inte att förstå: ${detail}.`,
    wayOut: 'Se --help.',
  }),
  'registry-refused': ({ problems, folder }) => ({
    message: `${problems} fel i ${folder}: ingenting körs.`,
    wayOut: 'npm run validate-orchestras säger vad och var.',
  }),
  'promise-unkeepable': plan.unkeepable,
  'token-missing': () => ({
    message: 'SUPABASE_ACCESS_TOKEN saknas. I GitHub Actions används aldrig sandlådan i stället.',
    wayOut: 'Lägg åtkomstnyckeln som en hemlighet i miljön (environment) och skicka den till det här steget.',
  }),
  'api-url-refused': ({ url, why }) => ({
    message: `SUPABASE_API_URL (${url}) godtas inte: ${apiUrl[why] ?? why}.`,
    wayOut: 'Ta bort variabeln för att använda det riktiga API:et.',
  }),
  'api-refused': ({ call, status, answer }) => ({
    message: `Supabase avvisade ${call} (${status})${answer ? `: ${answer}` : '.'}`,
    wayOut: hints[status] ?? 'Läs svaret; är det ett fel hos Supabase, försök igen senare.',
  }),
  'api-rate-limited': ({ call, waitedSeconds }) => ({
    message: `Supabases anropsgräns släppte inte igenom ${call} på ${waitedSeconds} s.`,
    wayOut: 'Vänta några minuter och se efter vem mer som använder samma kontos nycklar.',
  }),
  'api-timeout': ({ call, seconds }) => ({
    message: `${call} fick inget svar inom ${seconds} s.`,
    wayOut: 'Försök igen; se status.supabase.com om det fortsätter.',
  }),
  'api-unreachable': ({ call, cause }) => ({
    message: `${call} nådde inte Supabase (${cause}).`,
    wayOut: 'Kontrollera nätet och försök igen.',
  }),
  'api-unintelligible': ({ call, detail }) => ({
    message: `Svaret på ${call} gick inte att förstå: ${detail}.`,
    wayOut: 'Supabase kan ha ändrat sitt API: uppdatera det här programmet.',
  }),
  'signing-key-missing': () => ({
    message: 'CONTROL_SIGNING_KEY saknas: namnskyltar kan inte signeras.',
    wayOut:
      'Lägg den privata Ed25519-nyckeln (JWK) som en hemlighet i miljön "production"; README säger hur man gör en.',
  }),
  'signing-key-bad': ({ detail }) => ({
    message: `CONTROL_SIGNING_KEY är ingen privat Ed25519-nyckel (JWK): ${detail}.`,
    wayOut: 'README säger hur man gör en.',
  }),
  'state-unreadable': ({ detail }) => ({
    message: `Pulumis tillstånd går inte att läsa: ${detail}.`,
    wayOut:
      'Återställ det ur lagrets historik, eller ta bort det helt: nästa körning hittar varje Supabase-projekt på namnet.',
  }),
  'database-taken': ({ slug, ref, owner }) => ({
    message: `${slug}: Databas används redan av annan orkester! ${ref} tillhör ${owner}. Ingenting skrevs i den.`,
    wayOut:
      'Rätta refen i filen. Är det en återställd kopia måste den först skyltas om genom en granskad ändring.',
  }),
  'database-plate-unverified': ({ slug, ref }) => ({
    message: `${slug}: databasen ${ref} bär en namnskylt som inte går att kontrollera. Ingenting skrevs i den.`,
    wayOut: 'Ta reda på vems den är. Är den ledig, ta bort raderna i control.nameplate för hand.',
  }),
  'database-in-use': ({ slug, ref, tables }) => ({
    message: `${slug}: det finns redan ett Supabase-projekt med det namnet (${ref}), och det har egna tabeller (${tables}).`,
    wayOut: `Är det orkesterns, skriv "ref: ${ref}" i filen. Annars: döp om det hos Supabase.`,
  }),
  'project-elsewhere': ({ slug, ref, field, expected, actual }) => ({
    message: `${slug}: Supabase-projektet ${ref} har ${field === 'region' ? 'regionen' : 'organisationen'} ${actual}, inte ${expected}.`,
    wayOut:
      field === 'region'
        ? `Skriv "region: ${actual}" i filen, eller välj en annan ref.`
        : 'Flytta det först till vår organisation.',
  }),
  'project-missing': ({ slug, ref }) => ({
    message: `${slug}: det finns inget Supabase-projekt ${ref} som vår åtkomstnyckel får se.`,
    wayOut: 'Kontrollera refen i filen och vilken organisation Supabase-projektet ligger i.',
  }),
  'project-ambiguous': ({ slug, refs }) => ({
    message: `${slug}: flera Supabase-projekt har det namnet: ${refs}.`,
    wayOut: 'Döp om dem som inte är orkesterns hos Supabase, eller skriv rätt ref i filen.',
  }),
  'project-ended': ({ slug, ref }) => ({
    message: `${slug}: Supabase-projektet med det namnet (${ref}) hörde till orkestern som har avslutats, och dess uppgifter finns kvar där. Den nya orkestern får det inte.`,
    wayOut: 'Ta bort det eller döp om det hos Supabase; nästa körning skapar en ny, tom databas.',
  }),
  'project-renamed': ({ slug, ref, name }) => ({
    message: `${slug}: orkesterns Supabase-projekt (${ref}) heter nu ${name}, och Pulumis tillstånd vet inget om det. Inget nytt skapas, för då skulle orkestern ha två.`,
    wayOut: `Döp tillbaka det till ${slug} hos Supabase, eller skriv ref: ${ref} i filen.`,
  }),
  'project-failed': ({ slug, ref, status }) => ({
    message: `${slug}: Supabase-projektet ${ref} kommer inte i gång; dess status är ${status}.`,
    wayOut: failed[status] ?? 'Öppna det hos Supabase; kontakta Supabase om det förblir så.',
  }),
  'project-slow': ({ slug, ref, status, seconds }) => ({
    message: `${slug}: Supabase-projektet ${ref} var inte klart efter ${seconds} s (${status}). Det behålls.`,
    wayOut: 'Kör igen: det fortsätter där det slutade. Gränsen är wait i inställningarna.',
  }),
  'project-fixed': ({ slug, field, from, to }) => ({
    message: `${slug}: ${fields[field]} kan inte ändras på plats (från ${from} till ${to}).`,
    wayOut: `Skriv tillbaka det gamla värdet. ${fixed[field](from)}`,
  }),
  'project-pause-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase pausar inte ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Bara gratisplanen och plattformsplanen kan pausa, och bara det som är igång. Ta annars bort "paused" ur filen: databasen och dess uppgifter är orörda.',
  }),
  'project-restore-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase väcker inte ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Gratisplanen har högst två Supabase-projekt igång per person: pausa ett annat, eller byt plan, och kör igen. Det som har vilat i mer än ett år väcks inte: kontakta Supabase om en kopia.',
  }),
  'project-resize-refused': ({ slug, ref, size, answer }) => ({
    message: `${slug}: Supabase ger inte ${ref} storleken ${size}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Andra storlekar än nano kräver en betald plan. Ändra planen hos Supabase, eller skriv tillbaka den gamla storleken; databasen är orörd.',
  }),
  'project-removal-refused': ({ slugs }) => ({
    message: `Filerna för ${slugs} är borta, utan att avvecklingen var anmäld och sedd av en körning. Ingen databas tas bort för det: ingenting kördes.`,
    wayOut:
      'Lägg tillbaka filerna. Ska en orkester avvecklas: skriv först ”retire” med dess ref i filen, i en egen pull request, och ta bort filen i nästa, när körningen däremellan har gått igenom.',
  }),
  'project-deletion-refused': ({ slug, ref, answer }) => ({
    message: `${slug}: Supabase tar inte bort ${ref}${answer ? ` (${answer})` : ''}.`,
    wayOut:
      'Kör igen om en stund: det som är sparat används igen. Blir det samma svar, se efter hos Supabase varför.',
  }),
  'retire-elsewhere': ({ slug, ref, retire }) => ({
    message: `${slug}: filen avvecklar ${retire}, men orkesterns databas är ${ref || 'inte skapad'}.`,
    wayOut: ref
      ? `Skriv ”retire: ${ref}” om det är den som ska avvecklas. Annars ta bort raden.`
      : 'Ta bort filen eller raden: här finns ingenting att avveckla.',
  }),
  'retire-too-many': ({ slugs, count, limit }) => ({
    message: `${count} orkestrar skulle avvecklas i en och samma körning (${slugs}); högst ${limit} får det. Ingenting kördes.`,
    wayOut:
      'Lägg tillbaka några av filerna, eller höj retireLimit i .github/orchestras.yml i en egen pull request.',
  }),
  'retire-unprepared': ({ slug, ref }) => ({
    message: `${slug}: ingen kopia av ${ref} är sparad i den här körningen, så databasen tas inte bort.`,
    wayOut:
      'Avveckla med scripts/provision.ts: den sparar, kontrollerar och tar sedan bort. `pulumi up` gör det inte.',
  }),
  'retire-held': retireHeld,
  'dump-unusable': ({ folder, detail }) => ({
    message: `Kopian i ${folder} kan inte användas (${detail}).`,
    wayOut: 'Är den förseglad behövs den privata nyckeln. Är den skadad, använd en annan kopia.',
  }),
  'migration-failed': ({ slug, file, line, answer }) => ({
    message: `${slug}: migreringen ${file} misslyckades${line === null ? '' : ` på rad ${line}`}: ${answer} Databasen är som den var.`,
    wayOut:
      'Gäller det bara den här orkestern: rätta det som är annorlunda i dess databas och kör igen. Är det migreringen som är fel, och ingen databas har fått den: rätta filen. Annars: lägg till en ny migrering.',
  }),
  'migration-unclear': ({ slug, file, detail }) => ({
    message: `${slug}: det gick inte att få veta om migreringen ${file} kördes (${detail}).`,
    wayOut:
      'Kör igen: databasen tillfrågas innan något skickas på nytt. Tar migreringen mer än 45 sekunder, dela upp den.',
  }),
  'migration-without-file': ({ slug, versions }) => ({
    message: `${slug}: databasen säger sig ha fått migreringar som inte finns som filer (${versions}). Inget kördes i den.`,
    wayOut:
      'Lägg tillbaka filerna i supabase/migrations, eller ta bort raderna: supabase migration repair --status reverted VERSION.',
  }),
  'migration-rewritten': ({ slug, file }) => ({
    message: `${slug}: databasen har fått ${file}, men med annat innehåll än filen har nu. Inget kördes i den.`,
    wayOut:
      'Lägg tillbaka filens innehåll ur historiken, och gör ändringen som en ny migrering. Rör inte det som redan har körts.',
  }),
  'migration-late': ({ slug, file, newest }) => ({
    message: `${slug}: ${file} är äldre än det senaste som databasen har fått (${newest}). Inget kördes i den.`,
    wayOut: 'Ge filen en tidsstämpel senare än alla andras, om ingen databas har fått den.',
  }),
  'migrations-unreadable': ({ slug, ref }) => ({
    message: `${slug}: databasen ${ref} har något annat på platsen för migreringarnas tabell (supabase_migrations.schema_migrations) än den tabell som Supabase CLI gör. Inget kördes i den.`,
    wayOut:
      'Öppna databasen hos Supabase. Ta bort utlösare och regler på tabellen, eller döp om det som står i vägen, och kör igen.',
  }),
  'migrations-unanswered': ({ slug, ref, detail }) => ({
    message: `${slug}: databasen ${ref} svarade inte på vilka migreringar den har fått (${detail}). Inget kördes i den.`,
    wayOut:
      'Kör igen. Består det, öppna Supabase-projektet hos Supabase, och se efter vad åtkomstnyckeln får göra.',
  }),
  'migrations-held': ({ canary, waiting }) => ({
    message: `${canary} får migreringarna först, och där gick det inte. ${waiting} ${waiting === 1 ? 'orkester väntar' : 'orkestrar väntar'}; inget kördes hos dem.`,
    wayOut:
      'Åtgärda felet hos den första och kör igen, eller utse en annan: canary i .github/orchestras.yml.',
  }),
  'engine-missing': ({ version, tried }) => ({
    message: `Pulumi ${version} fanns inte och kunde inte installeras. Försökte: ${tried.join('; ')}.`,
    wayOut: `Installera Pulumi ${version} (pulumi.com/docs/install), eller Go 1.26 så byggs det här, och kör igen.`,
  }),
  'engine-failed': ({ detail }) => ({
    message: `Pulumi misslyckades: ${detail}`,
    wayOut: 'Kör igen: det fortsätter där det slutade.',
  }),
  'engine-locked': ({ by, since }) => ({
    message: `En annan körning håller tillståndet (${by}, sedan ${since}).`,
    wayOut: 'Vänta tills den är klar. Är den död på en annan dator: pulumi cancel.',
  }),
  'engine-orphaned': () => ({
    message: 'Motorn är borta: körningen avbröts.',
    wayOut: 'Kör igen: det fortsätter där det slutade.',
  }),
  'engine-cancelled': () => ({
    message: 'Körningen avbröts.',
    wayOut: 'Kör igen: det fortsätter där det slutade.',
  }),
  'passphrase-missing': () => ({
    message: 'Ingen hållare av hemligheter: PULUMI_CONFIG_PASSPHRASE saknas.',
    wayOut: 'Sätt den från en hemlighet, eller välj en annan hållare; README säger hur.',
  }),
  'passphrase-wrong': () => ({
    message: 'PULUMI_CONFIG_PASSPHRASE är inte den som tillståndet gjordes med.',
    wayOut:
      'Sätt rätt lösenfras. Är den borta: ta bort tillståndet helt; nästa körning hittar varje Supabase-projekt på namnet.',
  }),
  'sandbox-failed': ({ detail }) => ({
    message: `Sandlådan startade inte: ${detail}.`,
    wayOut: 'npm run sandbox visar mer.',
  }),
  'file-failed': ({ file, detail }) => ({
    message: `${file} gick inte att använda: ${detail}.`,
    wayOut: 'Kontrollera sökvägen och rättigheterna.',
  }),
  'github-unconfigured': ({ variable, why }) => ({
    message: `${variable} ${unset[why]}.`,
    wayOut:
      'I GitHub Actions sätts den av arbetsflödet. Vid en egen körning: sätt GITHUB_TOKEN och GITHUB_REPOSITORY (ägare/namn).',
  }),
  'github-refused': ({ call, status, answer }) => ({
    message: `GitHub avvisade ${call} (${status})${answer ? `: ${answer}` : ''}.`,
    wayOut:
      status === 401 || status === 403
        ? 'Se efter vilka rättigheter (permissions) jobbet har: issues, checks och actions behöver write, contents och pull-requests read.'
        : 'Kör igen: nästa körning gör det som fattas. Består felet, se githubstatus.com.',
  }),
  'github-unreachable': ({ call, cause }) => ({
    message: `${call} nådde inte GitHub (${cause}).`,
    wayOut: 'Kör igen: nästa körning gör det som fattas. Består felet, se githubstatus.com.',
  }),
  'github-unintelligible': ({ call, detail }) => ({
    message: `GitHubs svar på ${call} gick inte att förstå: ${detail}.`,
    wayOut: 'Kör igen. Består felet kan GitHub ha ändrat sitt API: uppdatera det här programmet.',
  }),
  'ledger-refused': ({ why }) => ({
    message: `Den publicerade liggaren godtas inte: ${ledger[why]}.`,
    wayOut: ledgerWayOut[why] ?? ledgerWayOut.other,
  }),
  'gateway-secret-bad': ({ bytes, least }) => ({
    message: `GATEWAY_SECRET är för kort: ${bytes} byte, minst ${least} behövs.`,
    wayOut: 'Gör en ny: openssl rand -base64 48. Den ska vara densamma för alla som betjänar samma adress.',
  }),
  'gateway-unready': ({ file }) => ({
    message: `Det finns ingen signerad liggare (${file}): porten vet inte vilka orkestrar som finns.`,
    wayOut:
      'Kör npm start först. För riktiga databaser: --ledger FIL, eller GITHUB_TOKEN och GITHUB_REPOSITORY.',
  }),
  'gateway-cannot-listen': ({ address, cause }) => ({
    message: `Det gick inte att lyssna på ${address} (${cause}).`,
    wayOut: 'Välj en annan port med --port, eller avsluta det som använder den.',
  }),
  'move-refused': ({ slug, why, details }) => moveRefusals[why](slug, listed(details)),
  'mail-failed': ({ detail }) => ({
    message: `Mejl kunde inte skickas: ${detail}.`,
    wayOut:
      'Rätta SMTP_URL, mail.from och mail.to. Nästa körning skickar det som fattas; spärren berörs inte.',
  }),
  'token-refused': ({ why }) => ({
    message: `Inloggningen godtas inte: ${token[why]}.`,
    wayOut: 'Logga in igen, på den egna orkesterns adress.',
  }),
  'orchestra-closed': ({ slug, name, why }) => ({
    message: `${name} (${slug}) är stängd: ${closed[why].message}.`,
    wayOut: closed[why].wayOut,
  }),
  'orchestra-unknown': ({ address }) => ({
    message: `Ingen orkester har adressen "${address}".`,
    wayOut: 'Kontrollera stavningen. En ny orkester finns först när dess databas är klar.',
  }),
  'keys-unreachable': ({ slug, cause }) => ({
    message: `${slug}: inloggningen kan inte kontrolleras, för Supabase-projektet svarar inte som det ska (${cause}).`,
    wayOut: 'Försök igen om en stund; se status.supabase.com om det fortsätter. Andra orkestrar berörs inte.',
  }),
  'source-failed': ({ what, cause }) => ({
    message: `${sources[what]} kunde inte läsas (${cause}).`,
    wayOut: 'Det som lästes senast gäller till nästa försök. Utan något sådant startar ingenting.',
  }),
  'page-missing': ({ file }) => ({
    message: `Det finns ingen sida i ${file}, eller den är trasig.`,
    wayOut:
      'Kör npm start eller npm run monitor-database-isolation: båda skriver en. Ligger den i en annan mapp, säg --state.',
  }),
  'incident-untold': ({ number }) => ({
    message: `Det går inte att läsa ut vilka orkestrar isoleringsbrottet i ärende ${number} gäller.`,
    wayOut:
      'Kör npm run monitor-database-isolation: den skriver dit dem igen. Är de för många för det, stäng av för hand.',
  }),
}

const ledgerWayOut: Readonly<Record<string, string>> & { readonly other: string } = {
  'unknown-key':
    'Låt en utbytt nyckel stå kvar i signingKeys tills nästa körning har signerat om. Är den ingen av våra, ta reda på vem som skrev till liggarens gren.',
  buried:
    'Ta reda på vem som ändrade liggarens gren. En administratör behöver sätta tillbaka den till sin senaste ändring av github-actions[bot].',
  other:
    'Ta reda på vem som ändrade liggarens gren, och lägg tillbaka den senaste signerade versionen ur dess historik.',
}

const ledger = {
  unsigned: 'den är inte signerad',
  'wrong-type': 'det som är signerat är ingen liggare',
  'unknown-key': 'ingen av nycklarna i signingKeys har signerat den',
  altered: 'den är ändrad sedan den signerades',
  unintelligible: 'den har en form som inte går att förstå',
  'wrong-source': 'den är inte gjord av de databaser som den läses för',
  older: 'den är äldre än en som redan har publicerats',
  gone: 'den är borttagen från sin gren, vars historik har en',
  buried:
    'på dess gren ligger fler ändringar, gjorda av någon annan, än vad som går igenom, så ingen kan säga om den är den nyaste',
} as const

const token = {
  'too-large': 'den är för stor',
  malformed: 'den har inte rätt form',
  header: 'dess huvud är inte som våra databaser gör det',
  algorithm: 'den är inte signerad på databasens sätt',
  claims: 'den säger inte det som våra databaser säger',
  audience: 'den är inte gjord för inloggade',
  role: 'den är inte en inloggad persons',
  expired: 'dess tid är ute',
  'not-yet': 'den gäller inte än',
  issuer: 'ingen av våra databaser har gjort den',
  'other-orchestra': 'den gäller en annan orkester än adressens',
  key: 'databasen har ingen sådan nyckel',
  signature: 'signaturen stämmer inte',
  project: 'databasen känner inte igen den, eller har loggat ut den',
} as const

const closed = {
  retired: { message: 'den är avvecklad', wayOut: 'Dess uppgifter nås inte här längre.' },
  quarantined: {
    message: 'ett isoleringsbrott gäller den',
    wayOut: 'Ärendet på GitHub säger vad som är fel. Den öppnas igen när den har bevisats isolerad.',
  },
  keyless: {
    message: 'liggaren har ingen publik nyckel till dess databas',
    wayOut: 'Kör npm run provision: den hämtar nyckeln och publicerar den.',
  },
  ambiguous: {
    message: 'två rader i liggaren gör anspråk på samma orkester eller databas',
    wayOut: 'Ta reda på vem som signerade liggaren, och publicera en rätt: npm run provision.',
  },
} as const

const sources = { ledger: 'Liggaren', quarantine: 'Vilka orkestrar som är avstängda' } as const

const unset = {
  missing: 'saknas',
  bad: 'har inte rätt form',
  'in-clear':
    'är en adress dit nyckeln skulle gå i klartext; använd https, eller en adress på den här datorn',
} as const

const failed: Readonly<Record<string, string>> = {
  PAUSE_FAILED:
    'Pausen hos Supabase misslyckades. Bara Supabase kan lösa det: kontakta dem och ange refen. Kör sedan igen.',
  RESTORE_FAILED:
    'Det gick inte att väcka det hos Supabase. Försök där med Restore project, kontakta dem om det inte hjälper, och kör sedan igen.',
}

const fields = { organization: 'organisationen', region: 'regionen', ref: 'refen' } as const

const fixed = {
  organization: () =>
    'Ett Supabase-projekt byter inte organisation på det här sättet: det överlåts hos Supabase.',
  region: () =>
    'Till en annan region flyttar en orkester med alla uppgifter, med kommandot move-orchestra: docs/move.md säger hur.',
  ref: (from: string) =>
    `Har orkestern fått en ny databas genom en återställning eller en flytt: lägg till ”replaces: ${from}”.`,
} as const

const apiUrl: Readonly<Record<string, string>> = {
  'not-a-url': 'det är ingen vanlig http(s)-adress',
  'in-actions': 'GitHub Actions använder det riktiga API:et, om inte ett test sätter ALLOW_SANDBOX_API=true',
  'in-clear': 'åtkomstnyckeln skulle gå i klartext; använd https, eller en adress på den här datorn',
}

const hints: Readonly<Record<number, string>> = {
  401: 'Åtkomstnyckeln är fel eller har gått ut: gör en ny hos Supabase under Account, Access Tokens.',
  403: 'Åtkomstnyckeln saknar en rättighet för detta; README räknar upp dem.',
  404: 'Supabase-projektet eller organisationen finns inte, eller så får åtkomstnyckeln inte se det.',
  429: 'Vänta några minuter och se efter vem mer som använder samma kontos nycklar.',
}
