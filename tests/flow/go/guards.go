// Conditions and calls that make values clean.

// === an early return
package a

func f() {
	value := source()
	if !isSafe(value) {
		// ruleid: flow
		sink(value)
		return
	}
	// ok: flow
	sink(value)
}

// === membership in a list of values
package a

import "slices"

var allowed = map[string]bool{"a": true}

func f() {
	value := source()
	if allowed[value] {
		// ok: flow
		sink(value)
	}
	// ruleid: flow
	sink(value)
	if _, ok := allowed[value]; !ok {
		return
	}
	// ok: flow
	sink(value)
	value = source()
	if slices.Contains([]string{"a", "b"}, value) {
		// ok: flow
		sink(value)
	}
}

// === a full match of a pattern
package a

import "regexp"

var word = regexp.MustCompile("^[a-z]+$")

func f() {
	value := source()
	if word.MatchString(value) {
		// ok: flow
		sink(value)
	} else {
		// ruleid: flow
		sink(value)
	}
}

// === equality with a constant
package a

func f() {
	value := source()
	if value == "a" || value == "b" {
		// ok: flow
		sink(value)
	}
	if value != "a" {
		return
	}
	// ok: flow
	sink(value)
}

// === a switch over the value
package a

func f() {
	value := source()
	switch value {
	case "a", "b":
		// todook: flow
		sink(value)
	default:
		// ruleid: flow
		sink(value)
	}
}

// === conditions that are combined
package a

func f(flag bool) {
	value := source()
	if flag && isSafe(value) {
		// ok: flow
		sink(value)
	} else {
		// ruleid: flow
		sink(value)
	}
	if flag || isSafe(value) {
		// ruleid: flow
		sink(value)
	}
	if isHarmful(value) || flag {
		return
	}
	// ok: flow
	sink(value)
}

// === a condition in a variable
package a

func f() {
	value := source()
	ok := isSafe(value)
	if ok {
		// ok: flow
		sink(value)
	}
	bad := !isSafe(value)
	if bad {
		return
	}
	// ok: flow
	sink(value)
}

// === a condition in a helper
package a

func check(value string) bool { return isSafe(value) }

func f() {
	value := source()
	if check(value) {
		// todook: flow
		sink(value)
	}
}

// === a loop that passes over what is harmful
package a

func f(rows []string) {
	for range rows {
		value := source()
		if !isSafe(value) {
			continue
		}
		// ok: flow
		sink(value)
	}
}

// === a guard of another value, or of the value before
package a

func f(other string) {
	value := source()
	if isSafe(other) {
		// ruleid: flow
		sink(value)
	}
	if isSafe(value) {
		value = source()
		// ruleid: flow
		sink(value)
	}
}

// === what is made of a value that was tested
package a

import "strings"

func f() {
	value := source()
	before := strings.TrimSpace(value)
	if isSafe(value) {
		// ok: flow
		sink("a" + value)
		// ruleid: flow
		sink(before)
	}
}

// === a field that was tested
package a

func f(config *Config) {
	config.Name = source()
	if isSafe(config.Name) {
		// ok: flow
		sink(config.Name)
	}
	// ruleid: flow
	sink(config.Name)
}

// === a call that cleans its result, and one that cleans its argument
package a

func f(flag bool) {
	value := source()
	cleaned := clean(value)
	// ok: flow
	sink(cleaned)
	// ok: flow
	sink("a" + clean(value) + "b")
	// ruleid: flow
	sink(value)
	if flag {
		value = clean(value)
	}
	// ruleid: flow
	sink(value)
	cleanInPlace(value)
	// ok: flow
	sink(value)
}
