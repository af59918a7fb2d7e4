// Aliases, fields, pointers and methods.

// === a copy of a variable keeps what it was
package a

func f() {
	a := source()
	b := a
	a = "x"
	// ok: flow
	sink(a)
	// ruleid: flow
	sink(b)
}

// === fields by name, and by path
package a

func f(a *Config) {
	a.User.Name = source()
	a.User.Kind = "x"
	// ruleid: flow
	sink(a.User.Name)
	// ok: flow
	sink(a.User.Kind)
	user := a.User
	// ruleid: flow
	sink(user.Name)
}

// === a structure that is written out
package a

type Point struct {
	X, Y string
}

func f() {
	point := Point{X: source(), Y: "y"}
	// ruleid: flow
	sink(point.X)
	// ok: flow
	sink(point.Y)
	other := &Point{"x", source()}
	// todook: flow
	sink(other.X)
	// ruleid: flow
	sink(other.Y)
}

// === pointers to variables
package a

func f() {
	value := "x"
	pointer := &value
	*pointer = source()
	// ruleid: flow
	sink(*pointer)
	// ruleid: flow
	sink(value)
}

// === an assignment copies a structure, not a pointer to it
package a

type Point struct {
	X string
}

func f() {
	a := Point{X: "x"}
	b := a
	b.X = source()
	// todook: flow
	sink(a.X)
	c := &Point{X: "x"}
	d := c
	d.X = source()
	// ruleid: flow
	sink(c.X)
}

// === a function that makes a structure, and its methods
package a

type Box struct {
	value, label string
}

func NewBox(value, label string) *Box {
	return &Box{value: value, label: label}
}

func (b *Box) Show() {
	// ruleid: flow
	sink(b.value)
	// ok: flow
	sink(b.label)
}

func f() {
	NewBox(source(), "x").Show()
}

// === methods that are chained
package a

type Query struct {
	text, label string
}

func (q *Query) Where(text string) *Query {
	q.text = text
	return q
}

func (q *Query) Named(label string) *Query {
	q.label = label
	return q
}

func f() {
	query := (&Query{}).Where(source()).Named("x")
	// ruleid: flow
	sink(query.text)
	// ok: flow
	sink(query.label)
}

// === a helper that changes its argument
package a

func fill(target *Config) {
	target.Name = source()
}

func f(a, b *Config) {
	fill(a)
	// ruleid: flow
	sink(a.Name)
	// ok: flow
	sink(a.Kind)
	// ok: flow
	sink(b.Name)
}

// === a helper that sets a variable by its address
package a

func fill(target *string) {
	*target = source()
}

func f() {
	var value string
	fill(&value)
	// ruleid: flow
	sink(value)
}

// === an interface with implementations
package a

type Loader interface {
	Load(value string) string
}

type Same struct{}

func (Same) Load(value string) string { return value }

type Fixed struct{}

func (Fixed) Load(value string) string { return "x" }

func f(any Loader, fixed Fixed) {
	// ruleid: flow
	sink(any.Load(source()))
	// ok: flow
	sink(fixed.Load(source()))
}

// === an embedded structure
package a

type Base struct {
	Name string
}

func (b *Base) Title() string { return b.Name }

type Page struct {
	Base
	Kind string
}

func f() {
	page := &Page{}
	page.Name = source()
	page.Kind = "x"
	// ruleid: flow
	sink(page.Title())
	// ok: flow
	sink(page.Kind)
}

// === variables of the package
package a

var state = "x"
var other = "x"

func fill() {
	state = source()
}

func f() {
	// ruleid: flow
	sink(state)
	// ok: flow
	sink(other)
}
