import * as cp from 'child_process';
import { exec, exec as run } from 'child_process';
const loaded = require('child_process');
const { exec: start } = require('node:child_process');
// ruleid: imports-and-their-names
cp.exec('a');
// ruleid: imports-and-their-names
exec('b');
// ruleid: imports-and-their-names
run('c');
// ruleid: imports-and-their-names
loaded.exec('d');
// ok: imports-and-their-names
other.exec('f');
// ok: imports-and-their-names
cp.spawn('g');
