// ruleid: fields-in-any-order
connect({ port: 1, tls: false });
// ruleid: fields-in-any-order
connect({ tls: false, host: 'h', port: 1 });
// ok: fields-in-any-order
connect({ tls: true, port: 1 });
// ok: fields-in-any-order
connect({ tls: false });
