// Calls, closures, errors and what is deferred.

// === helpers that pass on, and that return a constant
package a

func same(value string) string { return value }

func fixed(value string) string { return "x" }

func f() {
	// ruleid: flow
	sink(same(source()))
	// ok: flow
	sink(same("x"))
	// ok: flow
	sink(fixed(source()))
}

// === a helper that cleans on one of two paths
package a

func half(value string, flag bool) string {
	if flag {
		return clean(value)
	}
	return value
}

func whole(value string, flag bool) string {
	if flag {
		return clean(value)
	}
	return "x"
}

func f(flag bool) {
	// ruleid: flow
	sink(half(source(), flag))
	// ok: flow
	sink(whole(source(), flag))
}

// === a sink and a source in helpers
package a

func show(value, label string) {
	// ruleid: flow
	sink(value)
	// ok: flow
	sink(label)
}

func load() string { return source() }

func f() {
	show(load(), "x")
}

// === recursion
package a

func repeat(value string, times int) string {
	if times == 0 {
		return value
	}
	return again(value+"x", times-1)
}

func again(value string, times int) string { return repeat(value, times) }

func f() {
	// ruleid: flow
	sink(repeat(source(), 3))
}

// === several results
package a

func two() (string, string) { return "x", source() }

func f() {
	a, b := two()
	// ok: flow
	sink(a)
	// ruleid: flow
	sink(b)
}

// === named results
package a

func named() (a string, b string) {
	a = source()
	b = "x"
	return
}

func f() {
	a, b := named()
	// ruleid: flow
	sink(a)
	// ok: flow
	sink(b)
}

// === results handed on to parameters
package a

func two() (string, string) { return "x", source() }

func pick(a, b string) string { return b }

func f() {
	// todoruleid: flow
	sink(pick(two()))
}

// === a rest of arguments
package a

func first(values ...string) string { return values[0] }

func f() {
	// ruleid: flow
	sink(first(source(), "x"))
	// ok: flow
	sink(first("x", source()))
	// ruleid: flow
	sink(first([]string{source()}...))
}

// === captured variables
package a

func f() {
	value := source()
	func() {
		// ruleid: flow
		sink(value)
	}()
	go func(other string) {
		// ruleid: flow
		sink(other)
	}(value)
}

// === a closure that sets a variable around it
package a

func f() {
	value := "x"
	fill := func() {
		value = source()
	}
	fill()
	// ruleid: flow
	sink(value)
}

// === a function that returns a function
package a

func adder(prefix string) func(string) string {
	return func(value string) string {
		return prefix + value
	}
}

func f() {
	add := adder(source())
	// ruleid: flow
	sink(add("x"))
	// ruleid: flow
	sink(adder("x")(source()))
}

// === callbacks
package a

func apply(action func(string) string, value string) string {
	return action(value)
}

func same(value string) string { return value }

func f() {
	// ruleid: flow
	sink(apply(func(value string) string { return value }, source()))
	// ruleid: flow
	sink(apply(same, source()))
}

// === a method as a value
package a

type Texts struct{}

func (Texts) Show(value string) {
	// todoruleid: flow
	sink(value)
}

func f(texts Texts) {
	show := texts.Show
	show(source())
}

// === a function in a field
package a

type Handler struct {
	run func(string)
}

func f() {
	handler := Handler{run: func(value string) {
		// ruleid: flow
		sink(value)
	}}
	handler.run(source())
}

// === an error that carries a value
package a

import (
	"errors"
	"fmt"
)

func check(value string) error {
	return fmt.Errorf("bad value %s", value)
}

func f() {
	if err := check(source()); err != nil {
		// ruleid: flow
		sink(err.Error())
	}
	err := errors.New("x")
	// ok: flow
	sink(err.Error())
}

// === what is deferred runs in the end
package a

func f(flag bool) {
	value := "x"
	defer func() {
		// ruleid: flow
		sink(value)
	}()
	if flag {
		value = source()
		return
	}
	// ok: flow
	sink(value)
}

// === arguments of what is deferred are those of its statement
package a

func f() {
	value := "x"
	// ok: flow
	defer sink(value)
	value = source()
	// todoruleid: flow
	defer sink(value)
	value = "y"
}

// === a value that is recovered
package a

func f() {
	defer func() {
		if err := recover(); err != nil {
			// todoruleid: flow
			sink(err)
		}
	}()
	panic(source())
}

// === type parameters
package a

func same[T any](value T) T { return value }

func f() {
	// ruleid: flow
	sink(same[string](source()))
	// ruleid: flow
	sink(same(source()))
}
