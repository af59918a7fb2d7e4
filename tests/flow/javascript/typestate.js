// States of what is opened.

// === opened and closed
function f() {
  // ok: state
  const thing = acquire();
  thing.close();
}

function g() {
  // ruleid: state
  const thing = acquire();
  look(thing);
}

// === used after it was closed
function f() {
  const thing = acquire();
  thing.use();
  thing.close();
  // ruleid: state
  thing.use();
}

// === closed on one of two paths
function f(flag) {
  // ruleid: state
  const thing = acquire();
  if (flag) thing.close();
}

function g(flag) {
  const thing = acquire();
  if (flag) thing.close();
  // ruleid: state
  thing.use();
  thing.close();
}

// === left early
function f(flag) {
  // ruleid: state
  const thing = acquire();
  if (flag) return;
  thing.close();
}

// === an exception leaves it open
function f() {
  // ruleid: state
  const thing = acquire();
  risky();
  thing.close();
}

// === closed in finally
function f() {
  // ok: state
  const thing = acquire();
  try {
    risky();
  } finally {
    thing.close();
  }
}

// === closed in finally unless it is null
function f() {
  let thing = null;
  try {
    // ok: state
    thing = acquire();
    risky();
  } finally {
    if (thing) thing.close();
  }
}

// === closed while a promise is awaited
async function f() {
  // ok: state
  const thing = await acquire();
  try {
    await risky();
  } finally {
    await thing.close();
  }
}

// === opened and closed in each turn of a loop
function f(rows) {
  for (const row of rows) {
    // ok: state
    const thing = acquire();
    thing.close();
  }
  for (const row of rows) {
    // ruleid: state
    const thing = acquire();
    if (!row) continue;
    thing.close();
  }
}

// === closed in a loop and used in the next turn
function f(rows) {
  const thing = acquire();
  for (const row of rows) {
    // ruleid: state
    thing.use();
    thing.close();
  }
  thing.close();
}

// === another name for the same thing
function f() {
  // ok: state
  const thing = acquire();
  const other = thing;
  other.close();
  // ruleid: state
  thing.use();
}

// === opened anew
function f() {
  let thing = acquire();
  thing.close();
  thing = acquire();
  // ok: state
  thing.use();
  thing.close();
}

// === what is returned, stored or passed on is the duty of others
class Owner {
  f() {
    // ok: state
    return acquire();
  }

  g() {
    // ok: state
    const thing = acquire();
    this.kept = thing;
  }

  h(things) {
    // ok: state
    const thing = acquire();
    things.push(thing);
  }
}

// === captured by a closure
function f() {
  // ok: state
  const thing = acquire();
  return () => thing.close();
}

// === closed in the outcome of a condition
function f() {
  // ruleid: state
  const thing = acquire();
  if (thing.tryClose()) return;
}

function g() {
  // ok: state
  const thing = acquire();
  while (!thing.tryClose()) {}
}

// === a dead branch does not close it
function f() {
  // ruleid: state
  const thing = acquire();
  if (1 > 2) thing.close();
}
