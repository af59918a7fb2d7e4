package a

func f(n int) {
	switch n {
	case 1:
		// ruleid: statements-of-a-case
		first()
		second()
	default:
		// ok: statements-of-a-case
		first()
		third()
	}
}
