package a

func f() {
	// ruleid: several-results
	text, err := load("a")
	// ok: several-results
	text, err = load("b")
	// ok: several-results
	count := load("c")
	// ruleid: several-results
	if more, failed := load("d", count); failed != nil {
		use(text, err, more)
	}
}
