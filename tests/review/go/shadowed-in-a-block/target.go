package a

func f(again bool) {
	// ruleid: shadowed-in-a-block
	engine := start()
	stop(engine)
}

func g(again bool) {
	// ok: shadowed-in-a-block
	engine := start()
	if again {
		engine := other()
		stop(engine)
	}
}
