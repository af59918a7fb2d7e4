// ruleid: tags-in-text
write('<p>' + x);
// ok: tags-in-text
write('<p>' + x + '</p>');
// ok: tags-in-text
write(x);
// ruleid: tags-in-text
write('<em>' + x + '</p>');
// ok: tags-in-text
write('<em>' + x + '</em>');
