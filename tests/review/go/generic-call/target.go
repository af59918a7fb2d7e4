package a

func f(n int) {
	// ruleid: generic-call
	use(convert[string](n))
	// ruleid: generic-call
	use(convert(n))
	// ok: generic-call
	use(keep[string](n))
}
