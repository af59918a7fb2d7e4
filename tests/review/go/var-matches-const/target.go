package a

// ruleid: var-matches-const
var first = "one"

// ruleid: var-matches-const
const second = "two"

// ok: var-matches-const
var third = 3

func f() {
	// ok: var-matches-const
	fourth := "four"
	use(first, second, third, fourth)
}
