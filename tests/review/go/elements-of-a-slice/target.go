package a

func f() {
	// ruleid: elements-of-a-slice
	use([]string{"guest", "root"})
	// ok: elements-of-a-slice
	use([]string{"guest"})
	// ok: elements-of-a-slice
	use([]byte{1})
}
