package a

func f() {
	// ruleid: short-declaration
	door := open()
	// ok: short-declaration
	door = open()
	// ok: short-declaration
	var gate = open()
	// ok: short-declaration
	use(door, gate)
}
