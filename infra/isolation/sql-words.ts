// For statements in which `search_path` holds pg_catalog alone. No backslash, as in all that a tenant's database is asked.

/**
 * Runs a query only where it can be run: a name that is missing would otherwise fail the whole statement.
 * The inner query gives one row with one column `n`, in digits or hex, so that XML has nothing to escape.
 */
export function dynamic(condition: string, inner: string): string {
  return `case when ${condition}
    then substring(query_to_xml(${literal(inner)}, false, false, '')::text, '<n>([0-9a-f]*)</n>') end`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function isTable(schema: string, table: string): string {
  return `exists (select from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where s.nspname = ${literal(schema)} and c.relname = ${literal(table)} and c.relkind in ('r', 'p'))`
}

/** Rows as one text in hex. */
export function hexOf(rows: string): string {
  return `select encode(convert_to(coalesce(json_agg(r)::text, '[]'), 'UTF8'), 'hex') as n from (${rows}) r`
}
