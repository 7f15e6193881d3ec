import type { GatewayWords } from '../gateway-words.ts'

export const gateway: GatewayWords = {
  belongs: (name) => `Du tillhör ${name}`,
  refusals: {
    malformed: () => 'Anropet har en form som inte släpps fram.',
    elsewhere: () => 'Den här adressen betjänas inte här.',
    unknown: ({ domain }) => `Ingen orkester har den här adressen under ${domain}.`,
    closed: ({ orchestra }) =>
      `${orchestra} är avstängd just nu. Försök igen senare, eller fråga orkesterns administratör.`,
    notFound: () => 'Det finns ingenting att nå på den här sökvägen.',
    method: () => 'Den metoden används inte här.',
    realtime: () => 'Direktuppdateringar (realtime) går inte genom den här adressen ännu.',
    notLoggedIn: () => 'Logga in först.',
    badToken: () => 'Inloggningen gäller inte här eller har gått ut. Logga in igen.',
    keys: () => 'Inloggningen kunde inte kontrolleras just nu. Försök igen om en stund.',
    credentials: ({ domain }) =>
      `Inloggningen lyckades inte. Kontrollera e-post och lösenord, eller logga in på din orkesters egen adress: <orkester>.${domain}`,
    credentialsHere: () => 'Fel e-postadress eller lösenord.',
    grantType: () => 'Här loggar man in med e-post och lösenord.',
    refreshToken: () => 'Inloggningen kan inte förlängas. Logga in igen.',
    tooLarge: () => 'Anropet är för stort.',
    upstreamFailed: () => 'Orkesterns databas svarade inte som den skulle. Försök igen om en stund.',
    upstreamBusy: () => 'Orkesterns databas har för mycket att göra just nu. Försök igen om en stund.',
    upstreamSlow: () => 'Orkesterns databas svarade inte i tid. Försök igen om en stund.',
    internal: () => 'Något gick fel här. Försök igen om en stund.',
  },
  listening: (url) => `Lyssnar på ${url}`,
  common: (url) => `Gemensam adress: ${url}`,
  own: (name, url) => `${name}: ${url}`,
  closed: (name) => `${name}: avstängd`,
  ownSecret:
    '⚠️  GATEWAY_SECRET saknas: inloggningar gäller bara tills den här processen slutar. Sätt den till minst 32 slumpade byte.',
  stopping: 'Slutar: det som pågår får bli klart.',
}
