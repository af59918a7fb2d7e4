package p

func kinds(x int, v any, in, out chan int) {
	switch y := x + 1; y {
	case 1, 2:
		one()
		fallthrough
	case 3:
		three()
	default:
		other()
	}
	switch {
	case x > 1 && x < 3:
		two()
	}
	switch t := v.(type) {
	case string:
		use(t)
	}
	select {
	case received := <-in:
		use(received)
	case out <- x:
	}
}
