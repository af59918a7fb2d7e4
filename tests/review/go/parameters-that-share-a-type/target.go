package a

// ruleid: parameters-that-share-a-type
func greet(first, last string, age int) {
	use(first, last, age)
}

// ok: parameters-that-share-a-type
func count(a, b int) {
	use(a, b)
}
