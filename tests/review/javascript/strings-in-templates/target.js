// ruleid: strings-in-templates
query(`${column['name']} = 1`);
// ok: strings-in-templates
query(`${column[name]} = 1`);
// ok: strings-in-templates
query(`${column} = 1`);
