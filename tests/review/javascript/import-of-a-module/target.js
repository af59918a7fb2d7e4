// ruleid: import-of-a-module
import 'lodash';
// ruleid: import-of-a-module
import { merge } from 'lodash';
// ruleid: import-of-a-module
const _ = require('lodash');
// ok: import-of-a-module
import 'underscore';
