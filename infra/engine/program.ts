import * as pulumi from '@pulumi/pulumi'
import { PASSWORD, PROJECT } from '../provider/resource-types.ts'
import type { Orchestra, Ref, Slug } from '../registry/orchestra.ts'
import type { PublicKey, Settings } from '../registry/settings.ts'

/** The name of the one stack. All orchestras stand in it, so that one lock guards them. */
export const STACK = 'orchestras'
export const PROJECT_NAME = 'orchestras'

/** A database password, made once and kept, encrypted, in state. */
export class Password extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>

  constructor(name: string, options?: pulumi.CustomResourceOptions) {
    super(PASSWORD, name, { value: undefined }, { ...options, additionalSecretOutputs: ['value'] })
  }
}

export interface ProjectArgs {
  readonly slug: Slug
  readonly organization: string
  readonly region: string
  readonly size: string
  /** It is to rest, once it is plated. */
  readonly paused: boolean
  /** An existing project to adopt; it keeps its own password. */
  readonly ref?: Ref
  /** The ref that it had before: the project of `ref` takes that one's place. */
  readonly replaces?: Ref
  /** Its ref once more: it is to end, when its file is gone. */
  readonly retire?: Ref
  /** For the project that is created where there is none yet. */
  readonly password?: pulumi.Output<string>
  /** How long to wait until the project is healthy. */
  readonly waitSeconds: number
  /** The keys whose nameplates are honoured. */
  readonly publicKeys: readonly PublicKey[]
}

/** A Supabase project that serves one orchestra, with its nameplate. */
export class Project extends pulumi.CustomResource {
  declare readonly ref: pulumi.Output<string>
  declare readonly publishableKey: pulumi.Output<string>

  constructor(name: string, args: ProjectArgs, options?: pulumi.CustomResourceOptions) {
    super(PROJECT, name, { ref: undefined, publishableKey: undefined, finished: undefined, ...args }, options)
  }
}

/**
 * Declares one project per orchestra, and a password for each that is to be created. The password is a resource
 * of its own so that it stands in state before the project is asked for.
 */
export function declareProjects(
  orchestras: readonly Orchestra[],
  settings: Pick<Settings, 'organization' | 'waitMinutes'>,
  publicKeys: readonly PublicKey[],
): void {
  for (const { slug, region, size, paused, ref, replaces, retire } of orchestras) {
    new Project(
      slug,
      {
        ...{ slug, region, size, paused, publicKeys },
        organization: settings.organization,
        waitSeconds: settings.waitMinutes * 60,
        ...(ref === null ? { password: new Password(slug).value } : { ref }),
        ...(replaces === null ? {} : { replaces }),
        ...(retire === null ? {} : { retire }),
      },
      { protect: retire === null },
    )
  }
}
