package p

import (
	str "strings"
)

var count = 1

func (s *Shop) Label(prefix string, rest ...int) (string, error) {
	var builder str.Builder
	builder.WriteString(s.name)
	add := func(text string) { count++; builder.WriteString(prefix + text) }
	add("x")
	go log(rest...)
	return builder.String(), nil
}

func plain(s *Shop) *Shop {
	label, err := s.Label("a", 1)
	if err != nil {
		panic(err)
	}
	_, other := pair()
	s.name, s.other = other, label
	return &Shop{name: label, sizes: []int{1, 2}, prices: map[string]int{"a": 1}}
}
