package a

const (
	// ruleid: multiplied-const-group
	one = 1
	// ok: multiplied-const-group
	two = 2
)

// ok: multiplied-const-group
var three = 1
