package a

func f(q string) {
	// ruleid: chain-of-calls
	db.Where("a").Limit(1).Raw(q)
	// ruleid: chain-of-calls
	db.Where("a").Raw(q)
	// ok: chain-of-calls
	db.Raw(q)
}
