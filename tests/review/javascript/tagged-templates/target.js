// ruleid: tagged-templates
sql`select 1`;
// ruleid: tagged-templates
sql`select ${column}`;
// ok: tagged-templates
sql('select 1');
