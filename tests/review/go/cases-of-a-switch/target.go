package a

func f(mode string) {
	// ruleid: cases-of-a-switch
	switch mode {
	case "quiet":
		use(1)
	case "debug":
		use(2)
		use(3)
	}
	// ok: cases-of-a-switch
	switch mode {
	case "quiet":
		use(4)
	}
}
