package a

// ruleid: assignment-matches-every-declaration
const taste = "salt"

var (
	// ruleid: assignment-matches-every-declaration
	flavour = "salt"
	// ok: assignment-matches-every-declaration
	colour = "blue"
)

func f() {
	// ruleid: assignment-matches-every-declaration
	spice := "salt"
	// ruleid: assignment-matches-every-declaration
	spice = "salt"
	// ruleid: assignment-matches-every-declaration
	pinch, grain := "salt", "rice"
	use(spice, pinch, grain, flavour, colour)
}
