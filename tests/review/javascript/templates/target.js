// ruleid: templates
query(`select ${column}`);
// ruleid: templates
query(`${column}`);
// ok: templates
query(`select`);
// ok: templates
query('select');
