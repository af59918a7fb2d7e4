// Package harbour keeps the ledger of a small port: every construct of the language occurs here once.
package harbour

import (
	"context"
	"errors"
	"fmt"
	. "math"
	"os"
	str "strings"
	"sync"
	"time"

	_ "image/png"
)

const Version = "1.4.2"

const (
	Small = iota
	Medium
	Large
	maxBerths uint8 = 1 << 3
	tonne           = 1_000.0
	mask            = 0xFF &^ 0b1010
)

var (
	ledger        = map[string]*Ship{}
	first, second = "north", "south"
	guard         sync.Mutex
	ErrFull       = errors.New("no berth is free")
)

var quay [maxBerths]*Ship
var left, right int
var reader, failure = os.Open("ledger.txt")

type Tonnage float64

type Names = []string

type (
	Point   struct{ X, Y int }
	Visitor func(ship *Ship, depth int) (bool, error)
)

type Ship struct {
	sync.RWMutex
	*Point
	Name   string `json:"name" yaml:"name,omitempty"`
	crew   []string
	cargo  map[string]Tonnage
	Notify chan<- string
	done   <-chan struct{}
	meta   struct {
		built time.Time
		flag  rune
	}
}

type Mover interface {
	fmt.Stringer
	Move(to Point) error
	Weigh() (total Tonnage, err error)
}

type Number interface {
	~int | ~int64 | float64
}

type Stack[T any] struct {
	items []T
}

func (s *Stack[T]) Push(item T) {
	s.items = append(s.items, item)
}

func (s *Stack[T]) Pop() (T, bool) {
	var zero T
	if len(s.items) == 0 {
		return zero, false
	}
	last := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return last, true
}

func Sum[N Number](values ...N) N {
	var total N
	for _, value := range values {
		total += value
	}
	return total
}

func Map[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, 0, len(in))
	for i := range in {
		out = append(out, convert(in[i]))
	}
	return out
}

func init() {
	ledger["Aurora"] = &Ship{Name: "Aurora", crew: []string{"Ada", "Bo"}}
	ledger["Borealis"] = new(Ship)
	ledger["Borealis"].cargo = make(map[string]Tonnage)
}

func NewShip(name string, x, y int) *Ship {
	return &Ship{
		Point:  &Point{x, y},
		Name:   str.ToUpper(name),
		Notify: make(chan string, 4),
	}
}

func (s *Ship) String() string {
	return fmt.Sprintf("%s at (%d, %d)", s.Name, s.X, s.Y)
}

func (Ship) anonymous(int, string) {}

func (s *Ship) Move(to Point) error {
	s.Lock()
	defer s.Unlock()
	if distance := Hypot(float64(to.X-s.X), float64(to.Y-s.Y)); distance > 100 {
		return fmt.Errorf("too far for %q: %w", s.Name, ErrFull)
	} else if distance == 0 {
		return nil
	} else {
		s.X, s.Y = to.X, to.Y
	}
	s.Point.X++
	s.Point.Y--
	return nil
}

func (s *Ship) Weigh() (total Tonnage, err error) {
	for name, weight := range s.cargo {
		switch {
		case weight < 0:
			err = errors.New("negative: " + name)
			return
		case weight == 0, name == "":
			continue
		default:
			total += weight
		}
	}
	return total, nil
}

func classify(value interface{}) string {
	switch kind := value.(type) {
	case nil:
		return "nothing"
	case int, int64:
		return "whole"
	case *Ship:
		return kind.Name
	case func() error, []byte, map[string]any:
		return "odd"
	case error:
		fallthroughs(1)
		return kind.Error()
	}
	return "unknown"
}

func fallthroughs(level int) (text string) {
	switch level := level * 2; level {
	case 0:
		text = "none"
		fallthrough
	case 2, 4:
		text += "some"
	default:
		text = "many"
	}
	return
}

func watch(ctx context.Context, arrivals <-chan *Ship, out chan<- string) (seen int) {
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
outer:
	for {
		select {
		case <-ctx.Done():
			break outer
		case ship, ok := <-arrivals:
			if !ok {
				break outer
			}
			seen++
			out <- ship.Name
		case now := <-ticker.C:
			fmt.Println(now.Unix(), seen)
		case out <- "idle":
			seen -= 1
		default:
			continue outer
		}
	}
	close(out)
	return seen
}

func register(ships []*Ship) (names Names) {
	var wait sync.WaitGroup
	results := make(chan string)
	for i, ship := range ships {
		wait.Add(1)
		go func(index int, ship *Ship) {
			defer wait.Done()
			if ship == nil || index%2 == 1 && len(ship.crew) > 3 {
				return
			}
			results <- fmt.Sprint(index, ":", ship)
		}(i, ship)
	}
	go func() {
		wait.Wait()
		close(results)
	}()
	for name := range results {
		names = append(names, name)
	}
	for range names {
		left, right = right, left
	}
	return
}

func arithmetic(a, b int, flags uint) (x int) {
	x = a + b*2 - (a-b)/3
	x %= 7
	x <<= 1
	x >>= flags
	x &= ^mask
	x |= a & b
	x ^= 1
	x &^= 4
	c := complex(1.5, 2i)
	ok := real(c) >= 1e3 || !(imag(c) != .5)
	if p := &x; ok && *p > 0 {
		*p = -*p
	}
	letter, newline := 'a', '\n'
	fmt.Println(letter, newline, "tab\t\"quoted\" \u00e9", `raw \n text`)
	return +x
}

func collections() {
	grid := [3][3]int{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
	sizes := [...]string{0: "S", 2: "L"}
	points := []Point{{1, 2}, {X: 3, Y: 4}}
	berths := map[Point][]string{{0, 0}: {"a", "b"}, {X: 1}: nil}
	part := sizes[1:2]
	part = sizes[:]
	full := grid[0][0:2:3]
	if berth, found := berths[points[0]]; found && len(berth) > 0 {
		delete(berths, points[0])
	}
	copy(full, []int{1, 2})
	fmt.Println(part, grid[1][2], points[len(points)-1].X, cap(full))
	anonymous := struct {
		Name string
		Age  int
	}{"Eve", 30}
	callbacks := []func(int) (int, error){
		func(n int) (int, error) { return n * n, nil },
		nil,
	}
	if result, err := callbacks[0](anonymous.Age); err == nil {
		fmt.Printf("%v %T\n", result, err)
	}
	var mover Mover = NewShip("Caravel", 1, 2)
	if ship, ok := mover.(*Ship); ok {
		ship.Notify <- "docked"
	}
	_ = mover.(fmt.Stringer).String()
}

func conversions(text string, n int64) []byte {
	raw := []byte(text)
	runes := []rune(text)
	ratio := float64(n) / float64(len(runes))
	visit := Visitor(func(ship *Ship, depth int) (bool, error) { return depth < 3, nil })
	if more, _ := visit(nil, int(ratio)); more {
		raw = append(raw, []byte(", more")...)
	}
	squares := Map([]int{1, 2, 3}, func(v int) int { return v * v })
	total := Sum[int](squares...)
	stack := &Stack[string]{}
	stack.Push(fmt.Sprint(total))
	return raw
}

func loops(limit int) (count int) {
	for i, j := 0, limit; i < j; i, j = i+1, j-1 {
		count += i * j
	}
	for count > limit {
		count /= 2
	}
	for i := 0; ; i++ {
		if i > 3 {
			break
		}
	}
retry:
	if count == 0 {
		count++
		goto retry
	}
	{
		count := count * 2
		_ = count
	}
	func() {
		defer func() {
			if problem := recover(); problem != nil {
				fmt.Fprintln(os.Stderr, "recovered:", problem)
			}
		}()
		panic(errors.New("storm"))
	}()
	return
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	arrivals, names := make(chan *Ship), make(chan string)
	go watch(ctx, arrivals, names)
	arrivals <- NewShip("Dory", 0, 0)
	for name := range names {
		fmt.Println(name, classify(name), fallthroughs(len(name)), Sqrt(2))
	}
	fmt.Println(register([]*Ship{ledger["Aurora"]}), loops(10), arithmetic(1, 2, 3))
	if err := quay[Small].Move(Point{X: 1, Y: 2}); err != nil && !errors.Is(err, ErrFull) {
		os.Exit(1)
	}
}

type Chart[K comparable, V any] map[K]V

type Voyage struct {
	From, To string
	Legs     []struct {
		Miles float64
		Calm  bool
	}
	Log func(format string, values ...interface{})
}

func (v Voyage) Length() (miles float64) {
	for index := len(v.Legs) - 1; index >= 0; index-- {
		leg := v.Legs[index]
		if !leg.Calm {
			miles += leg.Miles * 1.25
			continue
		}
		miles += leg.Miles
	}
	return
}

func plan(voyages chan Voyage, limits map[string][]float64) (best *Voyage, err error) {
	defer func() { err = wrap("plan", err) }()
	timeout := time.After(100 * time.Millisecond)
	for best == nil {
		select {
		case voyage := <-voyages:
			bounds, known := limits[voyage.From]
			switch length := voyage.Length(); {
			case !known:
				return nil, fmt.Errorf("unknown port %s", voyage.From)
			case length > bounds[0] && length < bounds[1], len(bounds) == 0:
				best = &voyage
			}
		case <-timeout:
			return nil, context.DeadlineExceeded
		}
	}
	best.Log("from %s to %s: %.1f miles", best.From, best.To, best.Length())
	return best, nil
}

func wrap(what string, cause error) error {
	if cause == nil {
		return nil
	}
	return &failureOf{what: what, cause: cause, at: time.Now().UTC().Format(time.RFC3339)}
}

type failureOf struct {
	what, at string
	cause    error
}

func (f *failureOf) Error() string { return f.what + ": " + f.cause.Error() + " at " + f.at }

func (f *failureOf) Unwrap() error { return f.cause }
