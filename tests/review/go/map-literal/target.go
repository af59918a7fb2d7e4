package a

func f() {
	// ruleid: map-literal
	use(map[string]int{"a": 1, "b": 2})
	// ok: map-literal
	use(map[string]int{"a": 1})
	// ok: map-literal
	use(map[string]bool{"b": true})
}
