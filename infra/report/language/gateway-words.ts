interface Where {
  /** The common address; an orchestra's own is its short name below it. */
  readonly domain: string
  /** Empty where none is meant. */
  readonly orchestra: string
}

/** What the gateway says to whoever logs in through it. Nothing in it tells who exists. */
export interface Refusals {
  readonly malformed: (where: Where) => string
  readonly elsewhere: (where: Where) => string
  readonly unknown: (where: Where) => string
  readonly closed: (where: Where) => string
  readonly notFound: (where: Where) => string
  readonly method: (where: Where) => string
  readonly realtime: (where: Where) => string
  readonly notLoggedIn: (where: Where) => string
  readonly badToken: (where: Where) => string
  readonly keys: (where: Where) => string
  /** At the common address: for whatever kept a login from succeeding. */
  readonly credentials: (where: Where) => string
  /** At an orchestra's own address. */
  readonly credentialsHere: (where: Where) => string
  readonly grantType: (where: Where) => string
  readonly refreshToken: (where: Where) => string
  readonly tooLarge: (where: Where) => string
  readonly upstreamFailed: (where: Where) => string
  readonly upstreamBusy: (where: Where) => string
  readonly upstreamSlow: (where: Where) => string
  readonly internal: (where: Where) => string
}

export interface GatewayWords {
  /** Said with each login. */
  readonly belongs: (name: string) => string
  readonly refusals: Refusals
  /** On the terminal. */
  readonly listening: (url: string) => string
  readonly common: (url: string) => string
  readonly own: (name: string, url: string) => string
  readonly closed: (name: string) => string
  readonly ownSecret: string
  readonly stopping: string
}
