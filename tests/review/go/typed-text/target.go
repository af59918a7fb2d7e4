package a

func f(name string, size int) {
	label := "x"
	// ruleid: typed-text
	keep(name)
	// ruleid: typed-text
	keep(label)
	// ruleid: typed-text
	keep("y")
	// ok: typed-text
	keep(size)
	// ok: typed-text
	keep(3)
}
