package a

type record struct {
	// ruleid: struct-tag
	ID int `json:"id"`
	// ok: struct-tag
	Name string `json:"name"`
}
