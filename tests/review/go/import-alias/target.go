package a

import (
	js "encoding/json"
)

func f(raw []byte, into any) {
	// ruleid: import-alias
	js.Unmarshal(raw, into)
	// ok: import-alias
	js.Marshal(into)
	// ok: import-alias
	xml.Unmarshal(raw, into)
}
