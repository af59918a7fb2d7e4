package a

func f(w io.Writer) {
	n, _ := fmt.Fprintf(w, "%s", source())
	// ruleid: taint-of-a-count
	sink(n)
	m, _ := fmt.Fprintf(w, "%s", "a")
	// ok: taint-of-a-count
	sink(m)
}
