package p

func loops(xs map[string]int, ch chan int) {
	for key, value := range xs {
		use(key, value)
	}
	for {
		if <-ch == 1 {
			break
		}
		ch <- 2
	}
}
