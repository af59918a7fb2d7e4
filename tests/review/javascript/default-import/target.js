// ruleid: default-import
import _ from 'lodash';
// ok: default-import
import { map } from 'lodash';
// ok: default-import
import * as all from 'lodash';
// ruleid: default-import
import both, { filter } from 'lodash';
