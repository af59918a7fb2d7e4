// States of what is opened.

// === opened and closed
package a

func f() {
	// ok: state
	thing := acquire()
	thing.close()
}

func g() {
	// ruleid: state
	thing := acquire()
	look(thing)
}

// === used after it was closed
package a

func f() {
	thing := acquire()
	thing.use()
	thing.close()
	// ruleid: state
	thing.use()
}

// === closed on one of two paths
package a

func f(flag bool) {
	// ruleid: state
	thing := acquire()
	if flag {
		thing.close()
	}
}

func g(flag bool) {
	thing := acquire()
	if flag {
		thing.close()
	}
	// ruleid: state
	thing.use()
	thing.close()
}

// === left early
package a

func f(flag bool) {
	// ruleid: state
	thing := acquire()
	if flag {
		return
	}
	thing.close()
}

// === closed by what is deferred
package a

func f(flag bool) {
	// ok: state
	thing := acquire()
	defer thing.close()
	if flag {
		return
	}
	thing.use()
}

// === closed by a function that is deferred
package a

func f(flag bool) {
	// ok: state
	thing := acquire()
	defer func() {
		thing.close()
	}()
	if flag {
		return
	}
}

// === an error instead of a value
package a

func f() error {
	// ok: state
	thing, err := acquire()
	if err != nil {
		return err
	}
	defer thing.close()
	return nil
}

// === left between opening and what is deferred
package a

func f(flag bool) error {
	// ruleid: state
	thing, err := acquire()
	if err != nil {
		return err
	}
	if flag {
		return nil
	}
	defer thing.close()
	return nil
}

// === opened and closed in each turn of a loop
package a

func f(rows []string) {
	for range rows {
		// ok: state
		thing := acquire()
		thing.close()
	}
	for _, row := range rows {
		// ruleid: state
		thing := acquire()
		if row == "" {
			continue
		}
		thing.close()
	}
}

// === closed in a loop and used in the next turn
package a

func f(rows []string) {
	thing := acquire()
	for range rows {
		// ruleid: state
		thing.use()
		thing.close()
	}
	thing.close()
}

// === another name for the same thing
package a

func f() {
	// ok: state
	thing := acquire()
	other := thing
	other.close()
	// ruleid: state
	thing.use()
}

// === opened anew
package a

func f() {
	thing := acquire()
	thing.close()
	thing = acquire()
	// ok: state
	thing.use()
	thing.close()
}

// === what is returned, stored or passed on is the duty of others
package a

func f() *Thing {
	// ok: state
	return acquire()
}

func g(owner *Owner) {
	// ok: state
	thing := acquire()
	owner.kept = thing
}

func h(things chan *Thing) {
	// ok: state
	thing := acquire()
	things <- thing
}

func i() *Owner {
	// ok: state
	thing := acquire()
	return &Owner{kept: thing}
}

// === closed in the outcome of a condition
package a

func f() {
	// ruleid: state
	thing := acquire()
	if thing.tryClose() {
		return
	}
}

func g() {
	// ok: state
	thing := acquire()
	for !thing.tryClose() {
	}
}

// === a dead branch does not close it
package a

func f() {
	// ruleid: state
	thing := acquire()
	if 1 > 2 {
		thing.close()
	}
}
