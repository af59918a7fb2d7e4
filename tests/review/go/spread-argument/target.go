package a

func f(parts []string) {
	// ruleid: spread-argument
	join(parts...)
	// ok: spread-argument
	join(parts[0], parts[1])
}
