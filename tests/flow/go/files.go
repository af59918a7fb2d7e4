// Values that go from file to file.

// === a function of the same package
package a

func f() {
	// ruleid: flow
	sink(same(source()))
	// ok: flow
	sink(fixed(source()))
}
// --- other.go
package a

func same(value string) string { return value }

func fixed(value string) string { return "x" }

func unused() { source() }

// === a function of a file that has neither source nor sink
package a

func f() {
	// todook: flow
	sink(fixed(source()))
}
// --- other.go
package a

func fixed(value string) string { return "x" }

// === a function of another package
package a

import (
	"example.com/app/texts"
	t "example.com/app/texts"
)

func f() {
	// ruleid: flow
	sink(texts.Same(source()))
	// ok: flow
	sink(texts.Fixed(source()))
	// ok: flow
	sink(t.Fixed(source()))
}
// --- texts/texts.go
package texts

func Same(value string) string { return value }

func Fixed(value string) string { return "x" }

func unused() { source() }

// === a type of another package
package a

import "example.com/app/boxes"

func f() {
	box := boxes.New(source(), "x")
	// ruleid: flow
	sink(box.Value())
	// ok: flow
	sink(box.Label())
}
// --- boxes/box.go
package boxes

type Box struct {
	value, label string
}

func New(value, label string) *Box { return &Box{value: value, label: label} }

func (b *Box) Value() string { return b.value }

func (b *Box) Label() string { return b.label }

func unused() { source() }

// === a constant of the package
package a

func f() {
	value := source()
	if strict {
		value = "x"
	}
	// todook: flow
	sink(value)
}
// --- settings.go
package a

const strict = true
