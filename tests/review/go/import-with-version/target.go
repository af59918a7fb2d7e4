package a

import cache "github.com/redis/go-redis/v9"

func f() {
	// ruleid: import-with-version
	cache.NewClient(nil)
	// ok: import-with-version
	other.NewClient(nil)
}
