// ruleid: new-objects
a = new Socket(1);
// ruleid: new-objects
b = new Socket();
// ruleid: new-objects
c = new Socket;
// ok: new-objects
d = Socket(1);
