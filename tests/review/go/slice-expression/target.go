package a

func f(items []int) {
	// ruleid: slice-expression
	use(items[:3])
	// ok: slice-expression
	use(items[1:3])
	// ok: slice-expression
	use(items[1:])
	// ok: slice-expression
	use(items[3])
}
