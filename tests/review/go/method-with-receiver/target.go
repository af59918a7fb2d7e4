package a

// ruleid: method-with-receiver
func (q *Queue) Push(item int) {
	q.items = append(q.items, item)
}

// ok: method-with-receiver
func (s *Stack) Push(item int) {
	s.items = append(s.items, item)
}

// ok: method-with-receiver
func Push(q *Queue) {
	q.Push(1)
}
