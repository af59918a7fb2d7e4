package a

func f(out chan int, n int) {
	// ruleid: send-and-compare
	out <- n
	// ok: send-and-compare
	if n < -1 {
		// ok: send-and-compare
		n = <-out
	}
}
