import type { GatewayWords } from '../gateway-words.ts'

export const gateway: GatewayWords = {
  belongs: (name) => `You belong to ${name}`,
  refusals: {
    malformed: () => 'The request has a form that is not let through.',
    elsewhere: () => 'This address is not served here.',
    unknown: ({ domain }) => `No orchestra has this address below ${domain}.`,
    closed: ({ orchestra }) =>
      `${orchestra} is shut off at present. Try again later, or ask the orchestra’s administrator.`,
    notFound: () => 'There is nothing to reach at this path.',
    method: () => 'That method is not used here.',
    realtime: () => 'Live updates (realtime) do not go through this address yet.',
    notLoggedIn: () => 'Log in first.',
    badToken: () => 'The login does not hold here, or is over. Log in again.',
    keys: () => 'The login could not be checked just now. Try again in a moment.',
    credentials: ({ domain }) =>
      `The login did not succeed. Check e-mail and password, or log in at your orchestra’s own address: <orchestra>.${domain}`,
    credentialsHere: () => 'Wrong e-mail address or password.',
    grantType: () => 'Here one logs in with e-mail and password.',
    refreshToken: () => 'The login cannot be renewed. Log in again.',
    tooLarge: () => 'The request is too large.',
    upstreamFailed: () => 'The orchestra’s database did not answer as it should. Try again in a moment.',
    upstreamBusy: () => 'The orchestra’s database has too much to do just now. Try again in a moment.',
    upstreamSlow: () => 'The orchestra’s database did not answer in time. Try again in a moment.',
    internal: () => 'Something went wrong here. Try again in a moment.',
  },
  listening: (url) => `Listening on ${url}`,
  common: (url) => `Common address: ${url}`,
  own: (name, url) => `${name}: ${url}`,
  closed: (name) => `${name}: shut off`,
  ownSecret:
    '⚠️  GATEWAY_SECRET is missing: logins hold only until this process ends. Set it to at least 32 random bytes.',
  stopping: 'Stopping: what is under way may finish.',
}
