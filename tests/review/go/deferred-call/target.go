package a

func f() {
	// ruleid: deferred-call
	defer lock.Unlock()
	// ok: deferred-call
	lock.Unlock()
	// ok: deferred-call
	go lock.Unlock()
}
