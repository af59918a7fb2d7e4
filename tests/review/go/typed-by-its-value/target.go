package a

import "net/http"

func f(given *http.Client, other *Cache) {
	made := &http.Client{}
	created := new(http.Client)
	plain := http.Client{}
	var declared *http.Client
	// ruleid: typed-by-its-value
	given.Get("a")
	// ruleid: typed-by-its-value
	made.Get("a")
	// ruleid: typed-by-its-value
	created.Get("a")
	// ruleid: typed-by-its-value
	declared.Get("a")
	// ok: typed-by-its-value
	plain.Get("a")
	// ok: typed-by-its-value
	other.Get("a")
}
