// Containers and text.

// === constant keys of a map
package a

func f(key string) {
	m := map[string]string{"a": source(), "b": "x"}
	// ruleid: flow
	sink(m["a"])
	// ok: flow
	sink(m["b"])
	// ruleid: flow
	sink(m[key])
	m["b"] = source()
	delete(m, "a")
	// ok: flow
	sink(m["a"])
	// ruleid: flow
	sink(m["b"])
}

// === a lookup with two results
package a

func f() {
	m := map[string]string{"a": source()}
	value, ok := m["a"]
	// ruleid: flow
	sink(value)
	// ok: flow
	sink(ok)
	if again, ok := m["a"]; ok {
		// ruleid: flow
		sink(again)
	}
}

// === indices of a slice
package a

func f(i int) {
	a := []string{"x", source()}
	// ok: flow
	sink(a[0])
	// ruleid: flow
	sink(a[1])
	// ruleid: flow
	sink(a[i])
	a[1] = "x"
	// ok: flow
	sink(a[1])
}

// === append
package a

func f() {
	var a []string
	a = append(a, "x")
	a = append(a, source())
	// ruleid: flow
	sink(a[1])
	// todook: flow
	sink(a[0])
	b := append([]string{"x"}, a...)
	// ruleid: flow
	sink(b[1])
}

// === iteration
package a

func f() {
	m := map[string]string{"a": source()}
	for key, value := range m {
		// ok: flow
		sink(key)
		// ruleid: flow
		sink(value)
	}
	for i, value := range []string{source()} {
		// ok: flow
		sink(i)
		// ruleid: flow
		sink(value)
	}
}

// === copies and parts
package a

func f() {
	a := []string{source()}
	b := make([]string, 1)
	copy(b, a)
	c := a[:1]
	a[0] = "x"
	// ruleid: flow
	sink(b[0])
	// todook: flow
	sink(c[0])
}

// === channels
package a

func f() {
	queue := make(chan string, 1)
	go func() {
		queue <- source()
	}()
	// ruleid: flow
	sink(<-queue)
	for value := range queue {
		// ruleid: flow
		sink(value)
	}
	select {
	case value, ok := <-queue:
		// ruleid: flow
		sink(value)
		// ok: flow
		sink(ok)
	default:
	}
}

// === containers in containers
package a

func f() {
	m := map[string]map[string]string{"user": {"name": source(), "kind": "x"}}
	// ruleid: flow
	sink(m["user"]["name"])
	// ok: flow
	sink(m["user"]["kind"])
}

// === text that is built
package a

import (
	"bytes"
	"fmt"
	"strings"
)

func f() {
	value := source()
	// ruleid: flow
	sink("select " + value)
	// ruleid: flow
	sink(fmt.Sprintf("select %s, %s", "x", value))
	// ruleid: flow
	sink(strings.Join([]string{"x", value}, ", "))
	text := "select "
	text += value
	// ruleid: flow
	sink(text)
	// ruleid: flow
	sink(strings.TrimSpace(strings.ToLower(value))[1:])
	// ruleid: flow
	sink(string([]byte(value)))
	var builder strings.Builder
	builder.WriteString("select ")
	builder.WriteString(value)
	// ruleid: flow
	sink(builder.String())
	buffer := new(bytes.Buffer)
	fmt.Fprintf(buffer, "select %s", value)
	// ruleid: flow
	sink(buffer.String())
}

// === numbers and truth values carry no text
package a

import "strconv"

func f() {
	value := source()
	number, err := strconv.Atoi(value)
	// ok: flow
	sink(number)
	// ok: flow
	sink(len(value))
	// ok: flow
	sink(value == "x")
	if err != nil {
		return
	}
	// ok: flow
	sink(strconv.Itoa(number))
}

// === several assignments at once
package a

func f() {
	a, b := source(), "x"
	// ruleid: flow
	sink(a)
	// ok: flow
	sink(b)
	a, b = b, a
	// ok: flow
	sink(a)
	// ruleid: flow
	sink(b)
}
