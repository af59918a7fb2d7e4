package a

// ruleid: struct-fields
type account struct {
	Name     string
	Password string
	Age      int
}

// ok: struct-fields
type point struct {
	X, Y int
}
