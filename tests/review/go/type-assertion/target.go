package a

func f(value any) {
	// ruleid: type-assertion
	use(value.(string))
	// ok: type-assertion
	use(value.(int))
	// ok: type-assertion
	use(string("x"))
}
