// Branches, loops and what ends a path.

// === a value from one of two branches
package a

func f(flag bool) {
	var value string
	if flag {
		value = source()
	} else {
		value = "x"
	}
	// ruleid: flow
	sink(value)
}

// === both branches replace the value
package a

func f(flag bool) {
	value := source()
	// ruleid: flow
	sink(value)
	if flag {
		value = "a"
	} else {
		value = "b"
	}
	// ok: flow
	sink(value)
}

// === a sink in each branch
package a

func f(flag bool) {
	value := source()
	if flag {
		value = "a"
		// ok: flow
		sink(value)
	} else {
		// ruleid: flow
		sink(value)
	}
}

// === conditions that are constants
package a

const debug = false

func f() {
	value := source()
	limit := 10
	if limit*7 > 60 {
		value = "a"
	}
	// ok: flow
	sink(value)
	if debug {
		// ok: flow
		sink(source())
	}
	if !debug {
		// ruleid: flow
		sink(source())
	}
}

// === a variable is no constant once it was changed
package a

func f(rows []string) {
	limit := 10
	value := source()
	for range rows {
		limit--
	}
	if limit > 5 {
		value = "a"
	}
	// ruleid: flow
	sink(value)
}

// === an inner variable of the same name
package a

func f(flag bool) {
	value := "x"
	if flag {
		value := source()
		// ruleid: flow
		sink(value)
	}
	// ok: flow
	sink(value)
}

// === an early return leaves the other path
package a

func f(flag bool) {
	value := "a"
	if flag {
		value = source()
		return
	}
	// ok: flow
	sink(value)
	value = source()
	if !flag {
		panic("none")
	}
	// ruleid: flow
	sink(value)
}

// === a value of an earlier turn of a loop
package a

func f(rows []string) {
	value := "a"
	for i := 0; i < len(rows); i++ {
		// ruleid: flow
		sink(value)
		value = source()
	}
}

// === a loop may run zero times
package a

func f(rows []string) {
	value := source()
	for range rows {
		value = "a"
	}
	// ruleid: flow
	sink(value)
}

// === break and continue with labels
package a

func f(rows []string) {
	value := "x"
outer:
	for _, row := range rows {
		value = "x"
		for _, cell := range row {
			if cell == 'a' {
				continue outer
			}
			// ok: flow
			sink(value)
			value = source()
			break outer
		}
	}
	// ruleid: flow
	sink(value)
}

// === goto
package a

func f(flag bool) {
	value := source()
	if flag {
		goto end
	}
	value = "x"
	// ok: flow
	sink(value)
end:
	// todoruleid: flow
	sink(value)
}

// === a switch over a constant
package a

func f() {
	var value string
	switch "b" {
	case "a":
		value = source()
	case "b":
		value = "x"
	default:
		value = source()
	}
	// ok: flow
	sink(value)
}

// === a switch that falls through, and one of conditions
package a

func f(kind int) {
	value := "x"
	switch kind {
	case 1:
		value = source()
		fallthrough
	case 2:
		// ruleid: flow
		sink(value)
	case 3:
		// ok: flow
		sink(value)
	}
	switch {
	case kind > 3:
		value = "y"
		// ok: flow
		sink(value)
	default:
		// ruleid: flow
		sink(value)
	}
}

// === a switch over types
package a

func f(any interface{}) {
	var value interface{} = source()
	switch text := value.(type) {
	case string:
		// ruleid: flow
		sink(text)
	case int:
		// todook: flow
		sink(text)
	}
	text, ok := value.(string)
	// ok: flow
	sink(ok)
	// ruleid: flow
	sink(text)
}
