import type { Catalogue } from '../catalogue.ts'

export const errors: Catalogue['errors'] = {
  'bad-usage': ({ detail }) => ({
    message: `Kommandot gick inte att förstå: ${detail}.`,
    wayOut: 'Se --help.',
  }),
  'registry-refused': ({ problems, folder }) => ({
    message: `${problems} fel i ${folder}: ingenting körs.`,
    wayOut: 'npm run validate-orchestras säger vad och var.',
  }),
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
  'project-failed': ({ slug, ref, status }) => ({
    message: `${slug}: Supabase-projektet ${ref} kommer inte i gång; dess status är ${status}.`,
    wayOut: 'Öppna det hos Supabase; kontakta Supabase om det förblir så.',
  }),
  'project-slow': ({ slug, ref, status, seconds }) => ({
    message: `${slug}: Supabase-projektet ${ref} var inte klart efter ${seconds} s (${status}). Det behålls.`,
    wayOut: 'Kör igen: det fortsätter där det slutade. Gränsen är waitMinutes i inställningarna.',
  }),
  'project-fixed': ({ slug, field, from, to }) => ({
    message: `${slug}: ${fields[field]} kan inte ändras på plats (från ${from} till ${to}).`,
    wayOut:
      'Skriv tillbaka det gamla värdet i filen. En databas flyttas bara tillsammans med sina uppgifter.',
  }),
  'project-removal-refused': ({ slugs }) => ({
    message: `Filerna för ${slugs} är borta. Ingen databas tas bort för det: ingenting kördes.`,
    wayOut: 'Lägg tillbaka filerna. Att avveckla en orkesters databas är inte byggt än.',
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
        ? 'Se efter vilka rättigheter (permissions) jobbet har: issues och checks behöver write, contents och pull-requests read.'
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
    wayOut:
      why === 'unknown-key'
        ? 'Låt en utbytt nyckel stå kvar i signingKeys tills nästa körning har signerat om. Är den ingen av våra, ta reda på vem som skrev till liggarens gren.'
        : 'Ta reda på vem som ändrade liggarens gren, och lägg tillbaka den senaste signerade versionen ur dess historik.',
  }),
  'mail-failed': ({ detail }) => ({
    message: `Mejl kunde inte skickas: ${detail}.`,
    wayOut:
      'Rätta SMTP_URL, mail.from och mail.to. Nästa körning skickar det som fattas; spärren berörs inte.',
  }),
}

const ledger = {
  unsigned: 'den är inte signerad',
  'wrong-type': 'det som är signerat är ingen liggare',
  'unknown-key': 'ingen av nycklarna i signingKeys har signerat den',
  altered: 'den är ändrad sedan den signerades',
  unintelligible: 'den har en form som inte går att förstå',
  'wrong-source': 'den är inte gjord av de databaser som den läses för',
  older: 'den är äldre än en som redan har lästs',
} as const

const unset = {
  missing: 'saknas',
  bad: 'har inte rätt form',
  'in-clear':
    'är en adress dit nyckeln skulle gå i klartext; använd https, eller en adress på den här datorn',
} as const

const fields = {
  organization: 'organisationen',
  region: 'regionen',
  ref: 'refen',
  size: 'storleken',
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
