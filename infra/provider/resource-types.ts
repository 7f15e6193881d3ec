/** What the provider serves, by the names that stand in state. */
export const PROJECT = 'supabase:index:Project'
export const PASSWORD = 'supabase:index:Password'
