// ruleid: quoted-and-shorthand-keys
send({ 'body': 1 });
// ruleid: quoted-and-shorthand-keys
send({ body });
// ok: quoted-and-shorthand-keys
send({ [body]: 1 });
// ok: quoted-and-shorthand-keys
send({ ...body });
