// ruleid: import-by-require
import fs = require('fs');
// ruleid: import-by-require
import * as files from 'fs';
// ok: import-by-require
import { read } from 'fs';
