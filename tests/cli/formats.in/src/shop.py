def find(db, name):
    return db.execute('SELECT * FROM users WHERE name = %s' % name)


def count(db, table):
    return db.execute('SELECT count(*) FROM %s' % table)  # reviewer: ignore[no-raw-query] -- tables are ours
