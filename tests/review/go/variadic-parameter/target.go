package a

// ruleid: variadic-parameter
func logf(format string, values ...any) {
	print(format, values)
}

// ok: variadic-parameter
func logs(format string, values []any) {
	print(format, values)
}
