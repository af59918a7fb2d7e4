package a

// ruleid: several-result-types
func read() (string, error) {
	return "", nil
}

// ruleid: several-result-types
func parse() (count int, err error) {
	return
}

// ok: several-result-types
func size() (int, bool) {
	return 0, false
}

// ok: several-result-types
func shut() error {
	return nil
}
