import type { Project, Status } from './state.ts'

type Phases = Project['phases']

/** Of a new project, as Supabase shows it: unknown at first, then coming up, then healthy. */
export function birth(at: Date, provisioningMs: number): Phases {
  return [
    { status: 'UNKNOWN', from: at.toISOString() },
    { status: 'COMING_UP', from: after(at, provisioningMs / 5) },
    { status: 'ACTIVE_HEALTHY', from: after(at, provisioningMs) },
  ]
}

export function pause(at: Date, provisioningMs: number): Phases {
  return [
    { status: 'PAUSING', from: at.toISOString() },
    { status: 'INACTIVE', from: after(at, provisioningMs / 5) },
  ]
}

export function restoration(at: Date, provisioningMs: number): Phases {
  return [
    { status: 'RESTORING', from: at.toISOString() },
    { status: 'ACTIVE_HEALTHY', from: after(at, provisioningMs) },
  ]
}

export function resizing(at: Date, provisioningMs: number): Phases {
  return [
    { status: 'RESIZING', from: at.toISOString() },
    { status: 'ACTIVE_HEALTHY', from: after(at, provisioningMs / 2) },
  ]
}

export function settled(status: Status, at = new Date()): Phases {
  return [{ status, from: at.toISOString() }]
}

/** The phase that a project is in by now. */
export function phaseAt(project: Project, now: number): Phases[number] {
  const begun = project.phases.filter((phase) => Date.parse(phase.from) <= now)
  const phase = begun.at(-1) ?? project.phases[0]
  if (!phase) throw new Error(`project ${project.ref} has no phases`)
  return phase
}

/** Whether a project in its present phase keeps its server running. */
export function keepsRunning(project: Project, now: number): boolean {
  return !['PAUSING', 'INACTIVE'].includes(phaseAt(project, now).status)
}

function after(at: Date, ms: number): string {
  return new Date(at.getTime() + ms).toISOString()
}
