package a

func f(stock map[string]int) {
	// ruleid: range-over-keys
	for name := range stock {
		use(name)
	}
	// ok: range-over-keys
	for name, count := range stock {
		use(name, count)
	}
}
