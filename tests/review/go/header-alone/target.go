package a

type mover interface {
	// ruleid: header-alone
	move() error
	// ok: header-alone
	stop()
}

// ruleid: header-alone
func run() error {
	return nil
}

// ok: header-alone
func walk() int {
	return 1
}
