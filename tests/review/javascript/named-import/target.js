// ruleid: named-import
import { merge } from 'lodash';
// ruleid: named-import
import { pick, merge } from 'lodash';
// ruleid: named-import
import { merge as join } from 'lodash';
// ruleid: named-import
import { merge } from 'lodash/fp';
// ok: named-import
import merge from 'lodash';
// ok: named-import
import { pick } from 'lodash';
