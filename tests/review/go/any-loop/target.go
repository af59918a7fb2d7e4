package a

func f(items []int) {
	// ruleid: any-loop
	for {
		break
	}
	// ruleid: any-loop
	for len(items) > 3 {
		items = items[1:]
	}
	// ruleid: any-loop
	for i := 0; i < 3; i++ {
		use(i)
	}
	// ruleid: any-loop
	for _, item := range items {
		use(item)
	}
}
